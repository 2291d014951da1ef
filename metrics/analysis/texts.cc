#include "metrics/analysis/texts.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "metrics/base/utc_text.h"

namespace orchestrator_exporter::analysis {

namespace {

// With three digits, without zeros at the end, and no exponent between a thousandth and a billion.
std::string digits(double value) {
  std::array<char, 64> text{};
  const double size = std::fabs(value);
  int size_written = 0;
  if (size == 0) return "0";
  if (size >= 1e9 || size < 1e-3) {
    size_written = std::snprintf(text.data(), text.size(), "%.2e", value);
  } else {
    const int whole = static_cast<int>(std::floor(std::log10(size))) + 1;
    size_written =
        std::snprintf(text.data(), text.size(), "%.*f", whole >= 3 ? 0 : 3 - whole, value);
  }
  std::string written(text.data(), static_cast<std::size_t>(size_written));
  if (written.find('.') == std::string::npos || written.find('e') != std::string::npos) {
    return written;
  }
  written.erase(written.find_last_not_of('0') + 1);
  if (written.back() == '.') written.pop_back();
  return written;
}

std::string counted(std::int64_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

}  // namespace

std::string valueWords(double value, std::string_view unit) {
  if (std::isnan(value)) return "unknown";
  if (unit == "ratio") return shareWords(value);
  constexpr std::string_view kBytes = "bytes";
  if (unit.starts_with(kBytes)) {
    return byteWords(value) + std::string(unit.substr(kBytes.size()));
  }
  return digits(value) + (unit.empty() ? "" : " ") + std::string(unit);
}

std::string byteWords(double bytes) {
  constexpr std::array<const char*, 6> kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (std::fabs(bytes) >= 1000 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return digits(bytes) + " " + kUnits.at(unit);
}

std::string durationWords(std::int64_t milliseconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const std::int64_t seconds = milliseconds / 1000;
  if (seconds > kDay && seconds % kDay == 0) return counted(seconds / kDay, "day");
  if (seconds >= 2 * kDay) return digits(static_cast<double>(seconds) / kDay) + " days";
  if (seconds >= kHour && seconds % kHour == 0) return counted(seconds / kHour, "hour");
  if (seconds >= 2 * kHour) return digits(static_cast<double>(seconds) / kHour) + " hours";
  if (seconds >= kMinute) return counted(seconds / kMinute, "minute");
  return counted(seconds, "second");
}

std::string timeWords(std::int64_t milliseconds) {
  const auto text = utcText(milliseconds / 1000);
  if (!text) return "unknown";
  constexpr std::size_t kToMinutes = 16;
  std::string words = text->substr(0, kToMinutes) + " UTC";
  words[words.find('T')] = ' ';
  return words;
}

std::string shareWords(double share) { return valueWords(100 * share, "%"); }

}  // namespace orchestrator_exporter::analysis
