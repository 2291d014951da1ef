#include "http/notify/console.h"

#include <algorithm>

#include "metrics/base/utc_text.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::http::notify {

namespace {

// One line, whatever the text has in it.
std::string oneLine(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

std::string annotation(const notifications::Alert& alert, std::string_view name) {
  for (const auto& [key, text] : *alert.annotations) {
    if (key == name) return text;
  }
  return {};
}

}  // namespace

std::string consoleLines(const notifications::Notification& notification) {
  std::string lines;
  const std::string at = utcText(notification.at / 1000).value_or("0000-00-00T00:00:00").substr(11);
  for (const notifications::Alert& alert : notification.alerts) {
    std::string line = at + " ";
    line += notifications::statusOf(alert.endsAt == 0);
    for (const char* name : {"severity", "alertname"}) {
      if (alert.labels.has(name)) line.append(" ").append(alert.labels.get(name));
    }
    for (const auto& [name, value] : alert.labels) {
      if (name == "severity" || name == "alertname") continue;
      line.append(" ").append(name).append("=") += promql::quote(value);
    }
    const std::string summary = annotation(alert, "summary");
    if (!summary.empty()) line += ": " + summary;
    lines += oneLine(line) + "\n";
  }
  return lines;
}

Outcome Console::send(const notifications::Notification& notification) {
  const std::string lines = consoleLines(notification);
  const bool isWritten =
      std::fwrite(lines.data(), 1, lines.size(), out_) == lines.size() && std::fflush(out_) == 0;
  if (isWritten) return {};
  return {Outcome::Kind::kFailed, 0, "standard output cannot be written to"};
}

}  // namespace orchestrator_exporter::http::notify
