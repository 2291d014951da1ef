#include <cerrno>
#include <optional>

#include "exporter/host/collector.h"
#include "exporter/kernel/machine/pressure_row.h"

namespace orchestrator_exporter {

namespace {

// Time lost to waiting, in seconds.
struct Stalls {
  std::optional<double> some;  // at least one task waited
  std::optional<double> full;  // all tasks waited
};

// The averages are read for the sake of the check.
double totalOf(const Row& row) {
  constexpr std::string_view kNames[] = {"avg10=", "avg60=", "avg300="};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    const std::string_view word = row.word(i + 1);
    if (!word.starts_with(kNames[i]) || !parseNumber(word.substr(kNames[i].size()))) {
      throw row.error("an average over 10, 60 and 300 seconds", word);
    }
  }
  // In two steps, so that the last digit is node_exporter's.
  return static_cast<double>(pressureTotal(row)) / 1000 / 1000;
}

Stalls parseStalls(const KernelFile& file) {
  Stalls stalls;
  for (const Row& row : file.rows()) {
    if (row.empty() || row.text().starts_with(' ')) continue;
    if (row.word(0) == "some") stalls.some = totalOf(row);
    if (row.word(0) == "full") stalls.full = totalOf(row);
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
    bool found = false;
    for (const Resource& resource : kResources) {
      // Booted with psi=0, the kernel has the files and refuses to read them.
      const auto file = kernel.read(resource.path, {EOPNOTSUPP}, Kernel::End::kShortAnswer);
      if (!file) {
        if (kernel.exists(resource.path)) throw NoData{};
        continue;
      }
      found = true;
      const Stalls stalls = parseStalls(*file);
      if ((!resource.waiting.empty() && !stalls.some) ||
          (!resource.stalled.empty() && !stalls.full)) {
        throw NoData{};
      }
      if (!resource.waiting.empty()) {
        out.counter(resource.waiting, resource.waitingHelp).add(*stalls.some);
      }
      if (!resource.stalled.empty()) {
        out.counter(resource.stalled, resource.stalledHelp).add(*stalls.full);
      }
    }
    if (!found) throw NoData{};
  }
};

const RegisterCollector<Pressure> pressure{
    {.name = "pressure", .reads = "proc/pressure/{cpu,io,memory,irq}"}};

}  // namespace

}  // namespace orchestrator_exporter
