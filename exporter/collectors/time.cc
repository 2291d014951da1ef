#include <chrono>
#include <ctime>
#include <string>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/kernel/numbered_entries.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/devices/system/clocksource";

struct ClockSource {
  std::string_view available;  // words
  std::string_view current;
};

class Time final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto now = std::chrono::system_clock::now();
    out.gauge("node_time_seconds", "Unix time of the host's clock.")
        .add(std::chrono::duration<double>(now.time_since_epoch()).count());

    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    localtime_r(&seconds, &local);
    out.gauge("node_time_zone_offset_seconds", "Seconds that local time is ahead of UTC.")
        .add(static_cast<double>(local.tm_gmtoff), {{"time_zone", local.tm_zone}});

    addClockSources(readClockSources(kernel), out);
  }

  static std::vector<ClockSource> readClockSources(Kernel& kernel) {
    std::vector<ClockSource> sources;
    for (const std::string_view name : numberedEntries(kernel, kDirectory, "clocksource")) {
      const auto attribute = [&](std::string_view file) {
        return trim(kernel.require(kernel.path(kDirectory, "/", name, file)).text);
      };
      sources.push_back({attribute("/available_clocksource"), attribute("/current_clocksource")});
    }
    return sources;
  }

  static void addClockSources(const std::vector<ClockSource>& sources, Sink& out) {
    const auto available = out.gauge("node_time_clocksource_available_info",
                                     "A clock source that the kernel can use; always 1.");
    const auto current = out.gauge("node_time_clocksource_current_info",
                                   "The clock source that the kernel uses; always 1.");
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::string device = std::to_string(i);
      const Row words({}, 1, sources[i].available);
      for (std::size_t word = 0; word < words.size(); ++word) {
        available.add(1, {{"device", device}, {"clocksource", words.word(word)}});
      }
      current.add(1, {{"device", device}, {"clocksource", sources[i].current}});
    }
  }
};

const RegisterCollector<Time> timeCollector{
    {.name = "time",
     .reads = "clock_gettime(2), the local time zone, sys/devices/system/clocksource"}};

}  // namespace

}  // namespace orchestrator_exporter
