#include <string_view>
#include <vector>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr double kNanosecondsPerSecond = 1e9;

// What the tasks of one processor did, see Documentation/scheduler/sched-stats.rst.
struct Schedule {
  std::string_view cpu;
  std::uint64_t runningNanoseconds;
  std::uint64_t waitingNanoseconds;
  std::uint64_t timeslices;
};

class Schedstat final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto file = kernel.read("proc/schedstat");
    if (!file) throw NoData{};
    std::vector<Schedule> processors;
    for (const Row& row : file->rows()) {
      if (row.empty() || !row.word(0).starts_with("cpu")) continue;  // a domain, for example
      const std::string_view cpu = row.word(0).substr(3);
      if (!parseUnsigned(cpu)) throw row.error("cpu and its number", row.word(0));
      for (std::size_t i = 1; i < 7; ++i) row.unsignedInteger(i);  // not reported
      processors.push_back(
          {cpu, row.unsignedInteger(7), row.unsignedInteger(8), row.unsignedInteger(9)});
    }

    const auto running = out.counter("node_schedstat_running_seconds_total",
                                     "Time that tasks spent running on the processor.");
    const auto waiting = out.counter("node_schedstat_waiting_seconds_total",
                                     "Time that tasks spent waiting for the processor.");
    const auto timeslices =
        out.counter("node_schedstat_timeslices_total", "Time slices that tasks ran for.");
    for (const Schedule& schedule : processors) {
      const Label cpu{"cpu", schedule.cpu};
      running.add(static_cast<double>(schedule.runningNanoseconds) / kNanosecondsPerSecond, {cpu});
      waiting.add(static_cast<double>(schedule.waitingNanoseconds) / kNanosecondsPerSecond, {cpu});
      timeslices.add(static_cast<double>(schedule.timeslices), {cpu});
    }
  }
};

const RegisterCollector<Schedstat> schedstat{{.name = "schedstat", .reads = "proc/schedstat"}};

}  // namespace

}  // namespace orchestrator_exporter
