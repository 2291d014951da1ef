#include "exporter/kernel/printed_size.h"

#include <cmath>

#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

namespace {

// A negative number wraps, as it does where the kernel counts below zero; what is too large for 64
// bits becomes 2^63.
std::uint64_t toWhole(double value) {
  if (value >= 0 && value < 0x1p64) return static_cast<std::uint64_t>(value);
  if (value < 0 && value >= -0x1p63) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  }
  return std::uint64_t{1} << 63;
}

// 1024 to the power of the letter's place from 1 on; 0 for a letter that is not among them.
double powerOf(std::string_view letters, char letter) {
  const std::size_t place = letters.find(letter);
  return place == std::string_view::npos ? 0 : std::ldexp(1.0, 10 * static_cast<int>(place + 1));
}

}  // namespace

std::optional<std::uint64_t> parseBcacheSize(std::string_view word) {
  if (word.empty()) return std::nullopt;
  if (word.back() <= '9') {
    const auto plain = parseNumber(word);
    if (!plain) return std::nullopt;
    return toWhole(*plain);
  }
  const double power = powerOf("kMGTPEZY", word.back());
  word.remove_suffix(1);
  const std::size_t dot = word.find('.');
  const auto whole = parseNumber(word.substr(0, dot));
  if (!whole) return std::nullopt;
  if (dot == std::string_view::npos) return toWhole(*whole * power);
  const std::string_view behind = word.substr(dot + 1);
  const auto fraction = parseNumber(behind.substr(0, behind.find('.')));
  if (!fraction) return std::nullopt;
  return toWhole((*whole + *fraction / 10.24) * power);
}

std::optional<std::uint64_t> parseBcachefsSize(std::string_view word) {
  if (word.empty()) return std::nullopt;
  const char last = word.back();
  const double power =
      powerOf("kmgtpe", last >= 'A' && last <= 'Z' ? static_cast<char>(last + 'a' - 'A') : last);
  if (power != 0) word.remove_suffix(1);
  const auto number = parseNumber(word);
  if (!number) return std::nullopt;
  return toWhole(*number * (power != 0 ? power : 1));
}

}  // namespace orchestrator_exporter
