#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

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

// `cpu2 0 0 0 0 0 0 12500000000 3250000000 41207`; the columns before the last three are not given.
Schedule scheduleOf(const Row& row) {
  const std::string_view cpu = row.word(0).substr(3);
  if (!parseUnsigned(cpu)) throw row.error("cpu and its number", row.word(0));
  return {cpu, row.unsignedInteger(7), row.unsignedInteger(8), row.unsignedInteger(9)};
}

class Schedstat final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto file = kernel.read("proc/schedstat");
    if (!file) throw NoData{};
    std::vector<Schedule> processors;
    for (const Row& row : file->rows()) {
      if (row.empty() || !row.word(0).starts_with("cpu")) continue;  // a domain, for example
      complaints_.attempt([&] { processors.push_back(scheduleOf(row)); });
    }
    complaints_.failIfNothingWasRead();

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

  std::string complaint() const override { return complaints_.text(); }

  Complaints complaints_;
};

const RegisterCollector<Schedstat> schedstat{{.name = "schedstat", .reads = "proc/schedstat"}};

}  // namespace

}  // namespace orchestrator_exporter
