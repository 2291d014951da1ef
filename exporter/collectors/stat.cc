#include "exporter/host/collector.h"
#include "exporter/kernel/machine/proc_stat.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kSoftirqFlag = "collector.stat.softirq";
constexpr std::string_view kVectors[] = {"hi",           "timer",   "net_tx", "net_rx",  "block",
                                         "block_iopoll", "tasklet", "sched",  "hrtimer", "rcu"};

double countOf(const std::optional<std::uint64_t>& count) {
  return static_cast<double>(count.value_or(0));
}

class Stat final : public Collector {
 public:
  explicit Stat(const Flags& flags) : softirqs_(flags.enabled(kSoftirqFlag)) {}

  // A row that the file lacks reads as zero here: node_exporter's six families are always there.
  void collect(Kernel& kernel, Sink& out) override {
    const ProcStat& stat = readProcStat(kernel);
    out.counter("node_intr_total", "Interrupts served since boot.").add(countOf(stat.interrupts));
    out.counter("node_context_switches_total", "Context switches of all processors.")
        .add(countOf(stat.contextSwitches));
    out.counter("node_forks_total", "Processes and threads created since boot.")
        .add(countOf(stat.forks));
    out.gauge("node_boot_time_seconds", "Unix time at which the host booted.")
        .add(countOf(stat.bootTime));
    out.gauge("node_procs_running", "Tasks that run or wait for a processor.")
        .add(countOf(stat.running));
    out.gauge("node_procs_blocked", "Tasks that wait for input or output to complete.")
        .add(countOf(stat.blocked));
    if (!softirqs_) return;

    const auto softirqs = out.counter("node_softirqs_total", "Software interrupts by vector.");
    const auto counts = stat.softirqs.value_or(std::array<std::uint64_t, kSoftirqVectors>{});
    for (std::size_t i = 0; i < counts.size(); ++i) {
      softirqs.add(static_cast<double>(counts[i]), {{"vector", kVectors[i]}});
    }
  }

 private:
  bool softirqs_;
};

const RegisterCollector<Stat> stat{
    {.name = "stat",
     .flags = {switchFlag(kSoftirqFlag, false, "Count software interrupts by vector.")},
     .reads = "proc/stat"}};

}  // namespace

}  // namespace orchestrator_exporter
