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

}  // namespace orchestrator_exporter
