#include "exporter/commands/times.h"

#include "exporter/command_line.h"
#include "http/endpoints/api/parameters.h"
#include "metrics/base/errors.h"
#include "metrics/base/number_format.h"
#include "metrics/base/utc_text.h"

namespace orchestrator_exporter::commands {

namespace {

constexpr std::int64_t kSecond = 1000;

UsageError refusal(std::string_view flag, const std::string& expected, std::string_view text) {
  return UsageError("--" + std::string(flag) + ": expected " + expected + ", got '" +
                    ParseError::printable(text) + "'");
}

}  // namespace

std::int64_t timeOf(std::string_view flag, std::string_view text, std::int64_t now) {
  if (text == "now") return now;
  // A bare negative number is a time before 1970.
  if (text.starts_with('-') && text.find_first_not_of("-0123456789.") != std::string_view::npos) {
    if (const auto before = http::parseApiDuration(text.substr(1))) return now - *before;
  }
  if (const auto time = http::parseApiTime(text)) return *time;
  throw refusal(flag, "a time as RFC 3339, Unix seconds, now, or before now as in -1h", text);
}

std::int64_t stepOf(std::string_view flag, std::string_view text) {
  const auto step = http::parseApiDuration(text);
  if (step && *step > 0) return *step;
  throw refusal(flag, "a duration above zero such as 15s", text);
}

std::int64_t currentTime() {
  return std::chrono::floor<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string unixText(std::int64_t time) {
  TextBuffer text;
  appendFixed(text, static_cast<double>(time) / kSecond);
  return std::string(text.view());
}

std::string isoText(std::int64_t time) {
  const std::int64_t milliseconds = ((time % kSecond) + kSecond) % kSecond;
  const auto text = utcText((time - milliseconds) / kSecond);
  if (!text) return unixText(time);
  return *text + "." + std::to_string(kSecond + milliseconds).substr(1) + "Z";
}

}  // namespace orchestrator_exporter::commands
