#include "exporter/configuration/reading_interval.h"

#include <chrono>

namespace orchestrator_exporter::configuration {

namespace {

using std::chrono::milliseconds;

milliseconds intervalOf(const Configuration& configuration, const Flags& flags) {
  const Value& written = configuration["global"]["scrape_interval"];
  if (written.given() && !flags.given("history.interval")) return written.duration();
  return std::chrono::round<milliseconds>(flags.duration("history.interval"));
}

}  // namespace

void followInterval(ConfigurationFile& file, const Flags& flags, Readings& readings) {
  readings.setInterval(intervalOf(*file.current(), flags));
  file.follow([&](const Configuration& next) -> std::function<void()> {
    return [&readings, interval = intervalOf(next, flags)] { readings.setInterval(interval); };
  });
}

}  // namespace orchestrator_exporter::configuration
