#include "metrics/base/go_duration.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace orchestrator_exporter {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// Nanoseconds in a unit; 0 for a word that is none.
std::int64_t nanosecondsOf(std::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs") return 1'000;
  if (unit == "ms") return 1'000'000;
  if (unit == "s") return 1'000'000'000;
  if (unit == "m") return 60'000'000'000;
  if (unit == "h") return 3'600'000'000'000;
  return 0;
}

// Cuts the characters up to the first that is not wanted off the front.
template <typename Wanted>
std::string_view takeWhile(std::string_view& text, Wanted wanted) {
  const auto end = std::find_if_not(text.begin(), text.end(), wanted);
  const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// nullopt for a sum that is too large.
std::optional<std::int64_t> sum(std::int64_t a, std::int64_t b) {
  if (a > kMost - b) return std::nullopt;
  return a + b;
}

// One number with its unit, cut off the front.
std::optional<std::int64_t> takePart(std::string_view& text) {
  const std::string_view whole = takeWhile(text, isDigit);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = takeWhile(text, isDigit);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const std::int64_t unit =
      nanosecondsOf(takeWhile(text, [](char c) { return c != '.' && !isDigit(c); }));
  if (unit == 0) return std::nullopt;

  std::int64_t count = 0;
  for (const char digit : whole) {
    if (count > (kMost / unit - (digit - '0')) / 10) return std::nullopt;
    count = count * 10 + (digit - '0');
  }
  double below = 0;
  double place = static_cast<double>(unit);
  for (const char digit : fraction) {
    place /= 10;
    below += place * (digit - '0');
  }
  return sum(count * unit, static_cast<std::int64_t>(below));
}

}  // namespace

std::optional<std::chrono::nanoseconds> parseGoDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  std::optional<std::int64_t> total = 0;
  while (total && !text.empty()) {
    const auto part = takePart(text);
    total = part ? sum(*total, *part) : std::nullopt;
  }
  if (!total) return std::nullopt;
  return std::chrono::nanoseconds(negative ? -*total : *total);
}

}  // namespace orchestrator_exporter
