#include "metrics/promql/syntax/duration.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
  bool onlyWhole;  // printed only if it leaves no rest
};

constexpr std::array<Unit, 7> kUnits = {{{"y", 365LL * 24 * 3600 * 1000, true},
                                         {"w", 7LL * 24 * 3600 * 1000, true},
                                         {"d", 24LL * 3600 * 1000, false},
                                         {"h", 3600LL * 1000, false},
                                         {"m", 60LL * 1000, false},
                                         {"s", 1000, false},
                                         {"ms", 1, false}}};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view takeWhile(std::string_view& text, bool digits) {
  std::size_t length = 0;
  while (length < text.size() && isDigit(text[length]) == digits) ++length;
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

}  // namespace

std::int64_t parseDuration(std::string_view text) {
  if (text == "0") return 0;
  if (text.empty()) throw std::invalid_argument("empty duration string");
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max() / 1000000;
  std::int64_t sum = 0;
  std::size_t next = 0;  // the largest unit that may still come
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view number = takeWhile(rest, true);
    const std::string_view name = takeWhile(rest, false);
    if (number.empty() || name.empty()) {
      throw std::invalid_argument("not a valid duration string: " + quote(text));
    }
    std::size_t unit = 0;
    while (unit < kUnits.size() && kUnits[unit].name != name) ++unit;
    if (unit == kUnits.size()) {
      throw std::invalid_argument("unknown unit " + quote(name) + " in duration " + quote(text));
    }
    if (unit < next) throw std::invalid_argument("not a valid duration string: " + quote(text));
    next = unit + 1;
    std::int64_t count = 0;
    for (const char c : number) {
      if (count > kLargest) throw std::invalid_argument("duration out of range");
      count = count * 10 + (c - '0');
    }
    if (count > (kLargest - sum) / kUnits[unit].milliseconds) {
      throw std::invalid_argument("duration out of range");
    }
    sum += count * kUnits[unit].milliseconds;
  }
  return sum;
}

std::string printDuration(std::int64_t milliseconds) {
  if (milliseconds == 0) return "0s";
  std::string out = milliseconds < 0 ? "-" : "";
  auto rest = milliseconds < 0 ? -milliseconds : milliseconds;
  for (const Unit& unit : kUnits) {
    if (unit.onlyWhole && rest % unit.milliseconds != 0) continue;
    if (const auto count = rest / unit.milliseconds; count > 0) {
      out += std::to_string(count);
      out += unit.name;
      rest -= count * unit.milliseconds;
    }
  }
  return out;
}

std::int64_t millisecondsOf(double seconds) {
  // As hardware converts what is no number.
  if (std::isnan(seconds)) return std::numeric_limits<std::int64_t>::min() / 1000000;
  return static_cast<std::int64_t>(std::round(seconds * 1e9)) / 1000000;
}

bool isDurationInRange(double seconds) {
  constexpr double kLargest = 9223372036.854775807;
  return !(std::fabs(seconds) > kLargest);
}

}  // namespace orchestrator_exporter::promql
