#include "metrics/base/number_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace orchestrator_exporter {

namespace {

// Long enough for every shortest double and every 64-bit integer.
constexpr std::size_t kLongestNumber = 32;

// True, with the text written, for the values that have a name and no digits.
bool appendSpecial(TextBuffer& out, double value) {
  if (std::isnan(value)) {
    out.append("NaN");
  } else if (std::isinf(value)) {
    out.append(value > 0 ? "+Inf" : "-Inf");
  } else {
    return false;
  }
  return true;
}

// True, with the text written, for most of the whole numbers, which most samples are: printing them
// as integers is several times faster, and exact below 2^53.
bool appendWhole(TextBuffer& out, double value) {
  constexpr double kExact = 9007199254740992.0;
  if (!(value > -kExact && value < kExact)) return false;
  const auto whole = static_cast<std::int64_t>(value);
  if (static_cast<double>(whole) != value || (whole == 0 && std::signbit(value))) return false;
  char* const begin = out.reserve(kLongestNumber);
  const auto end = std::to_chars(begin, begin + kLongestNumber, whole).ptr;
  out.advance(static_cast<std::size_t>(end - begin));
  return true;
}

// Below this, a whole number of hundredths or nanoseconds has at most 15 digits, and so one double
// of its own: if dividing gives the value, its digits are the shortest that do.
constexpr double kFewDigits = 1e15;

// True, with the text written, where `digits` after the point are enough; `scale` is ten to that
// power.
bool appendFraction(TextBuffer& out, double value, int digits, double scale) {
  // Below, the scientific notation may be shorter.
  constexpr double kSmallestFixed = 1e-4;
  const double size = std::fabs(value);
  if (!(size >= kSmallestFixed && size * scale < kFewDigits)) return false;
  const auto scaled = static_cast<std::uint64_t>(size * scale + 0.5);
  if (static_cast<double>(scaled) / scale != size) return false;
  const auto unit = static_cast<std::uint64_t>(scale);
  char* at = out.reserve(kLongestNumber);
  const char* const begin = at;
  if (value < 0) *at++ = '-';
  at = std::to_chars(at, at + kLongestNumber - 1, scaled / unit).ptr;
  *at++ = '.';
  std::uint64_t fraction = scaled % unit;
  for (int i = digits - 1; i >= 0; --i, fraction /= 10) {
    at[i] = static_cast<char>('0' + fraction % 10);
  }
  at += digits;
  while (at[-1] == '0') --at;
  out.advance(static_cast<std::size_t>(at - begin));
  return true;
}

// From here on every double is whole, and to_chars() spells all its digits, not the shortest ones.
constexpr double kAllDigitsCount = 9007199254740992.0;  // 2^53

// Such a number, from its shortest digits "d.ddde+XX".
void appendLarge(TextBuffer& out, double value) {
  char text[kLongestNumber];
  const char* const end =
      std::to_chars(text, text + kLongestNumber, value, std::chars_format::scientific).ptr;
  const char* const mark = std::find(static_cast<const char*>(text), end, 'e');
  int exponent = 0;
  std::from_chars(mark + 2, end, exponent);  // behind "e+"
  int digits = -1;                           // after the first
  for (const char* at = text; at != mark; ++at) {
    if (*at == '.') continue;
    out.append(*at);
    digits += *at != '-';
  }
  for (; digits < exponent; ++digits) out.append('0');
}

}  // namespace

std::string numberText(double value) {
  TextBuffer text;
  appendNumber(text, value);
  return std::string(text.view());
}

void appendFixed(TextBuffer& out, double value) {
  constexpr std::size_t kLongestFixed = 400;  // the smallest of all doubles
  if (appendWhole(out, value) || appendSpecial(out, value)) return;
  if (std::fabs(value) >= kAllDigitsCount) return appendLarge(out, value);
  char* const at = out.reserve(kLongestFixed);
  const auto end = std::to_chars(at, at + kLongestFixed, value, std::chars_format::fixed).ptr;
  out.advance(static_cast<std::size_t>(end - at));
}

void appendFixedBetween(TextBuffer& out, double value, double smallest, double limit) {
  const double size = std::fabs(value);
  if (!std::isfinite(value) || size == 0 || (size >= smallest && size < limit)) {
    return appendFixed(out, value);
  }
  char* const at = out.reserve(kLongestNumber);
  const auto end = std::to_chars(at, at + kLongestNumber, value, std::chars_format::scientific).ptr;
  out.advance(static_cast<std::size_t>(end - at));
}

void appendNumber(TextBuffer& out, double value) {
  if (appendWhole(out, value)) return;
  // The others are mostly ticks of a clock of 100 Hz, or times in seconds.
  if (appendFraction(out, value, 2, 1e2) || appendFraction(out, value, 9, 1e9)) return;
  if (appendSpecial(out, value)) return;
  char* const begin = out.reserve(kLongestNumber);
  const auto end = std::to_chars(begin, begin + kLongestNumber, value).ptr;
  out.advance(static_cast<std::size_t>(end - begin));
}

void appendBound(TextBuffer& out, double bound, bool pointZero) {
  if (appendSpecial(out, bound)) return;
  const double size = std::fabs(bound);
  const bool scientific = size != 0 && (size < 1e-4 || size >= 1e6);
  // A fixed notation of at most six digits before the point and four zeros after it.
  char* const begin = out.reserve(2 * kLongestNumber);
  const auto form = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(begin, begin + 2 * kLongestNumber, bound, form).ptr;
  out.advance(static_cast<std::size_t>(end - begin));
  const std::string_view text(begin, static_cast<std::size_t>(end - begin));
  if (pointZero && text.find_first_of(".e") == std::string_view::npos) out.append(".0");
}

}  // namespace orchestrator_exporter
