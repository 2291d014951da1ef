#include "metrics/rules/expansion/humanize.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "metrics/text_template/format.h"

namespace orchestrator_exporter::rules {

namespace {

constexpr std::array<std::string_view, 8> kLarge = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
constexpr std::array<std::string_view, 8> kSmall = {"m", "u", "n", "p", "f", "a", "z", "y"};

std::string fourDigits(double value) {
  const text_template::Value argument = value;
  return text_template::formatted("%.4g", std::span(&argument, 1));
}

// Larger until it is at least 1, or there is no smaller unit.
std::string withSmallPrefix(double value) {
  std::string_view prefix;
  for (const std::string_view next : kSmall) {
    if (std::fabs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return fourDigits(value) + std::string(prefix);
}

std::string wholeSeconds(double value) {
  const std::string sign = value < 0 ? "-" : "";
  // More than 292 years are as many.
  const auto all = static_cast<std::int64_t>(std::fmin(std::fabs(value), 9.2e18));
  const auto part = [](std::int64_t amount, char unit) { return std::to_string(amount) + unit; };
  const std::string seconds = part(all % 60, 's');
  const std::string minutes = part(all / 60 % 60, 'm') + " " + seconds;
  const std::string hours = part(all / 3600 % 24, 'h') + " " + minutes;
  if (all >= 86400) return sign + part(all / 86400, 'd') + " " + hours;
  if (all >= 3600) return sign + hours;
  if (all >= 60) return sign + minutes;
  return sign + fourDigits(std::fabs(value)) + "s";
}

}  // namespace

std::string humanize(double value) {
  if (value == 0 || !std::isfinite(value)) return fourDigits(value);
  if (std::fabs(value) < 1) return withSmallPrefix(value);
  std::string_view prefix;
  for (const std::string_view next : kLarge) {
    if (std::fabs(value) < 1000) break;
    prefix = next;
    value /= 1000;
  }
  return fourDigits(value) + std::string(prefix);
}

std::string humanize1024(double value) {
  if (std::fabs(value) <= 1 || !std::isfinite(value)) return fourDigits(value);
  std::string_view prefix;
  std::string_view i;
  for (const std::string_view next : kLarge) {
    if (std::fabs(value) < 1024) break;
    prefix = next;
    i = "i";
    value /= 1024;
  }
  return fourDigits(value).append(prefix).append(i);
}

std::string humanizeDuration(double seconds) {
  if (!std::isfinite(seconds)) return fourDigits(seconds);
  if (seconds == 0) return fourDigits(seconds) + "s";
  if (std::fabs(seconds) < 1) return withSmallPrefix(seconds) + "s";
  return wholeSeconds(seconds);
}

std::string humanizePercentage(double ratio) { return fourDigits(ratio * 100) + "%"; }

}  // namespace orchestrator_exporter::rules
