#include <chrono>
#include <ctime>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/numbered_entries.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/devices/system/clocksource";

class Time final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto now = std::chrono::system_clock::now();
    out.gauge("node_time_seconds", "Unix time of the host's clock.")
        .add(std::chrono::duration<double>(now.time_since_epoch()).count());

    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    localtime_r(&seconds, &local);
    out.gauge("node_time_zone_offset_seconds", "Seconds that local time is ahead of UTC.")
        .add(static_cast<double>(local.tm_gmtoff), {{"time_zone", local.tm_zone}});

    complaints_.attempt([&] { giveClockSources(kernel, out); });
  }

  std::string complaint() const override { return complaints_.text(); }

  void giveClockSources(Kernel& kernel, Sink& out) {
    constexpr std::string_view kPrefix = "clocksource";
    const auto available = out.gauge("node_time_clocksource_available_info",
                                     "A clock source that the kernel can use; always 1.");
    const auto current = out.gauge("node_time_clocksource_current_info",
                                   "The clock source that the kernel uses; always 1.");
    for (const std::string_view name : numberedEntries(kernel, kDirectory, kPrefix)) {
      const Label device{"device", name.substr(kPrefix.size())};
      const auto attribute = [&](std::string_view file) {
        return trim(kernel.require(kernel.path(kDirectory, "/", name, file)).text);
      };
      complaints_.attempt([&] {
        const Row words({}, 1, attribute("/available_clocksource"));
        for (std::size_t word = 0; word < words.size(); ++word) {
          available.add(1, {device, {"clocksource", words.word(word)}});
        }
      });
      complaints_.attempt([&] {
        current.add(1, {device, {"clocksource", attribute("/current_clocksource")}});
      });
    }
  }

  Complaints complaints_;
};

const RegisterCollector<Time> timeCollector{
    {.name = "time",
     .reads = "clock_gettime(2), the local time zone, sys/devices/system/clocksource"}};

}  // namespace

}  // namespace orchestrator_exporter
