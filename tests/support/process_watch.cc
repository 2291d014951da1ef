#include "tests/support/process_watch.h"

#include <ctime>

#include "tests/support/test_process.h"

namespace orchestrator_exporter::test {

namespace {

// Hundredths of a second since the boot, as start times are.
double bootTicks() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return 100 * (static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9);
}

}  // namespace

ProcessWatch::ProcessWatch(const Flags& flags) : ScrapedCollector("namedprocess", Roots{}, flags) {
  const double tick = bootTicks();
  await([&] { return bootTicks() > tick + 2; });
}

std::optional<double> ProcessWatch::find(const std::string& family, const std::string& group,
                                         const std::string& before,
                                         const std::string& behind) const {
  return value("namedprocess_namegroup_" + family + "{" + before + "groupname=\"" + group + "\"" +
               behind + "}");
}

double ProcessWatch::cpu(const std::string& group) const {
  return of("cpu_seconds_total", group, "", ",mode=\"user\"") +
         of("cpu_seconds_total", group, "", ",mode=\"system\"");
}

}  // namespace orchestrator_exporter::test
