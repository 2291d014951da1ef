#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/machine/proc_stat.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kSoftirqFlag = "collector.stat.softirq";
constexpr std::string_view kVectors[] = {"hi",           "timer",   "net_tx", "net_rx",  "block",
                                         "block_iopoll", "tasklet", "sched",  "hrtimer", "rcu"};

class Stat final : public Collector {
 public:
  explicit Stat(const Flags& flags) : softirqs_(flags.enabled(kSoftirqFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const ProcStat& stat = readProcStat(kernel);
    const bool nothingElse = !stat.interrupts && !stat.contextSwitches && !stat.forks &&
                             !stat.bootTime && !stat.running && !stat.blocked;
    if (nothingElse && !stat.otherRefusals.empty()) throw stat.otherRefusals.front();
    for (const ParseError& refusal : stat.otherRefusals) complaints_.add(refusal.what());

    addIfKnown(out.counter("node_intr_total", "Interrupts served since boot."), stat.interrupts);
    addIfKnown(out.counter("node_context_switches_total", "Context switches of all processors."),
               stat.contextSwitches);
    addIfKnown(out.counter("node_forks_total", "Processes and threads created since boot."),
               stat.forks);
    addIfKnown(out.gauge("node_boot_time_seconds", "Unix time at which the host booted."),
               stat.bootTime);
    addIfKnown(out.gauge("node_procs_running", "Tasks that run or wait for a processor."),
               stat.running);
    addIfKnown(out.gauge("node_procs_blocked", "Tasks that wait for input or output to complete."),
               stat.blocked);
    if (!softirqs_ || !stat.softirqs) return;

    const auto softirqs = out.counter("node_softirqs_total", "Software interrupts by vector.");
    for (std::size_t i = 0; i < stat.softirqs->size(); ++i) {
      softirqs.add(static_cast<double>((*stat.softirqs)[i]), {{"vector", kVectors[i]}});
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  bool softirqs_;
  Complaints complaints_;
};

const RegisterCollector<Stat> stat{
    {.name = "stat",
     .flags = {switchFlag(kSoftirqFlag, false, "Count software interrupts by vector.")},
     .reads = "proc/stat"}};

}  // namespace

}  // namespace orchestrator_exporter
