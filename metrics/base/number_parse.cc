#include "metrics/base/number_parse.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace orchestrator_exporter {

namespace {

// from_chars does not tell the too large from the too small; the exact value does not matter.
bool isTooLarge(std::string_view word) {
  return std::fabs(std::strtod(std::string(word).c_str(), nullptr)) > 1;
}

template <typename Number>
std::optional<Number> parseWhole(std::string_view word, int base) {
  Number value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, base);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> parseNumber(std::string_view word) {
  if (word.empty()) return std::nullopt;
  const char first = word.front();
  if (first == '+' && word.size() > 1 && word[1] != '-') word.remove_prefix(1);
  double value = 0;
  const char* const wordEnd = word.data() + word.size();
  const auto [end, error] = std::from_chars(word.data(), wordEnd, value);
  if (end != wordEnd || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    if (isTooLarge(word)) return std::nullopt;
    return std::copysign(0.0, first == '-' ? -1.0 : 1.0);
  }
  // from_chars also reads nan(…) and a sign before nan.
  if (std::isnan(value) && (word.size() != 3 || first == '+' || first == '-')) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parseUnsigned(std::string_view word, int base) {
  // So many decimal digits cannot overflow.
  constexpr std::size_t kSafeDigits = 19;
  if (base != 10 || word.empty() || word.size() > kSafeDigits) {
    return parseWhole<std::uint64_t>(word, base);
  }
  std::uint64_t value = 0;
  for (const char c : word) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    if (digit > 9) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<std::int64_t> parseInteger(std::string_view word) {
  if (word.size() > 1 && word[0] == '+' && word[1] != '-') word.remove_prefix(1);
  return parseWhole<std::int64_t>(word, 10);
}

}  // namespace orchestrator_exporter
