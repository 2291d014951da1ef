#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

// Sets the local time zone for one test.
class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
  ~TimeZone() {
    unsetenv("TZ");
    tzset();
  }
};

// The samples without the clock, which no test can foresee.
std::string samplesBesideTheClock(const Roots& roots) {
  std::string samples = collectSamples("time", roots);
  const std::size_t clock = samples.find("node_time_seconds ");
  return samples.erase(clock, samples.find('\n', clock) + 1 - clock);
}

}  // namespace

TEST(Time, ReportsZoneAndClockSources) {
  const TimeZone zone("CET-1");
  EXPECT_EQ(samplesBesideTheClock(fixture("typical")),
            R"(node_time_clocksource_available_info{clocksource="tsc",device="0"} 1
node_time_clocksource_available_info{clocksource="hpet",device="0"} 1
node_time_clocksource_available_info{clocksource="acpi_pm",device="0"} 1
node_time_clocksource_current_info{clocksource="tsc",device="0"} 1
node_time_zone_offset_seconds{time_zone="CET"} 3600
)");
}

TEST(Time, ReportsTheClock) {
  const std::string samples = collectSamples("time", TempSystem());
  const std::string_view name = "node_time_seconds ";
  const double seconds = std::stod(samples.substr(samples.find(name) + name.size()));
  EXPECT_NEAR(seconds, static_cast<double>(std::time(nullptr)), 5);
}

TEST(Time, NumbersClockSourceDevicesAsTheKernelDoes) {
  const TimeZone zone("UTC0");
  TempSystem system;
  for (const char* device : {"clocksource0", "clocksource2", "clocksource10", "clocksource"}) {
    const std::string directory = std::string("sys/devices/system/clocksource/") + device;
    system.file(directory + "/available_clocksource", std::string(device) + "\n");
    system.file(directory + "/current_clocksource", "\n");
  }
  EXPECT_EQ(samplesBesideTheClock(system),
            R"(node_time_clocksource_available_info{clocksource="clocksource0",device="0"} 1
node_time_clocksource_available_info{clocksource="clocksource10",device="10"} 1
node_time_clocksource_available_info{clocksource="clocksource2",device="2"} 1
node_time_clocksource_current_info{clocksource="",device="0"} 1
node_time_clocksource_current_info{clocksource="",device="10"} 1
node_time_clocksource_current_info{clocksource="",device="2"} 1
node_time_zone_offset_seconds{time_zone="UTC"} 0
)");
}

TEST(Time, LeavesOutWhatAClockSourceDoesNotTell) {
  const TimeZone zone("UTC0");
  TempSystem system;
  system.file("sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc\n")
      .file("sys/devices/system/clocksource/clocksource1/current_clocksource", "hpet\n");
  EXPECT_EQ(samplesBesideTheClock(system),
            R"(node_time_clocksource_available_info{clocksource="tsc",device="0"} 1
node_time_clocksource_current_info{clocksource="hpet",device="1"} 1
node_time_zone_offset_seconds{time_zone="UTC"} 0
)");
  EXPECT_EQ(collectComplaint("time", system),
            "sys/devices/system/clocksource/clocksource0/current_clocksource: No such file or "
            "directory; sys/devices/system/clocksource/clocksource1/available_clocksource: No such "
            "file or directory");
}

}  // namespace orchestrator_exporter
