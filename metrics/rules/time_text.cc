#include "metrics/rules/time_text.h"

#include <chrono>

#include "metrics/base/utc_text.h"

namespace orchestrator_exporter::rules {

std::string rfc3339(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(Milliseconds(time));
  const auto thousandths = (Milliseconds(time) - seconds).count();
  std::string written =
      utcText(seconds.count()).value_or("") + "." + std::to_string(1000 + thousandths).substr(1);
  while (written.back() == '0') written.pop_back();
  if (written.back() == '.') written.pop_back();
  return written + "Z";
}

}  // namespace orchestrator_exporter::rules
