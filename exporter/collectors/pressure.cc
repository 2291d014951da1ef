#include <cerrno>
#include <optional>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/machine/pressure_row.h"

namespace orchestrator_exporter {

namespace {

// Time lost to waiting, in seconds.
struct Stalls {
  std::optional<double> some;  // at least one task waited
  std::optional<double> full;  // all tasks waited
};

Stalls parseStalls(const KernelFile& file, Complaints& complaints) {
  Stalls stalls;
  // In two steps, so that the last digit is node_exporter's.
  const auto seconds = [](const Row& row) {
    return static_cast<double>(pressureTotal(row)) / 1000 / 1000;
  };
  for (const Row& row : file.rows()) {
    complaints.attempt([&] {
      if (row.find(0) == "some") stalls.some = seconds(row);
      if (row.find(0) == "full") stalls.full = seconds(row);
    });
  }
  return stalls;
}

// What pressure stall information exists for. The kernel also writes a line `full` for the
// processor, which means nothing for the whole host.
struct Resource {
  std::string_view path;
  std::string_view waiting;
  std::string_view waitingHelp;
  std::string_view stalled;
  std::string_view stalledHelp;
};

constexpr Resource kResources[] = {
    {"proc/pressure/cpu",
     "node_pressure_cpu_waiting_seconds_total",
     "Time in which some task waited for a processor.",
     {},
     {}},
    {"proc/pressure/io", "node_pressure_io_waiting_seconds_total",
     "Time in which some task waited for input or output.",
     "node_pressure_io_stalled_seconds_total",
     "Time in which no task could run for waiting on input or output."},
    {"proc/pressure/memory", "node_pressure_memory_waiting_seconds_total",
     "Time in which some task waited for memory.", "node_pressure_memory_stalled_seconds_total",
     "Time in which no task could run for waiting on memory."},
    {"proc/pressure/irq",
     {},
     {},
     "node_pressure_irq_stalled_seconds_total",
     "Time in which no task could run because interrupts were served."},
};

class Pressure final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    bool found = false;
    for (const Resource& resource : kResources) {
      complaints_.attempt([&] {
        // Booted with psi=0, the kernel has the files and refuses to read them.
        const auto file = kernel.read(resource.path, {EOPNOTSUPP}, Kernel::End::kShortAnswer);
        if (!file) return;
        const Stalls stalls = parseStalls(*file, complaints_);
        found |= give(stalls.some, resource.waiting, resource.waitingHelp, out);
        found |= give(stalls.full, resource.stalled, resource.stalledHelp, out);
      });
    }
    complaints_.failIf(!found);
    if (!found) throw NoData{};
  }

  std::string complaint() const override { return complaints_.text(); }

  // Whether there is something to give.
  static bool give(const std::optional<double>& seconds, std::string_view family,
                   std::string_view help, Sink& out) {
    if (!seconds || family.empty()) return false;
    out.counter(family, help).add(*seconds);
    return true;
  }

  Complaints complaints_;
};

const RegisterCollector<Pressure> pressure{
    {.name = "pressure", .reads = "proc/pressure/{cpu,io,memory,irq}"}};

}  // namespace

}  // namespace orchestrator_exporter
