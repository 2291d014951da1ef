#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kTypes[] = {"HI:",       "TIMER:",   "NET_TX:", "NET_RX:",  "BLOCK:",
                                       "IRQ_POLL:", "TASKLET:", "SCHED:",  "HRTIMER:", "RCU:"};

class Softirqs final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    std::array<std::vector<std::uint64_t>, std::size(kTypes)> counts;  // by processor
    const KernelFile file = kernel.require("proc/softirqs");
    if (file.text.empty()) throw ParseError(file.path, 1, "a header", file.text);
    for (const Row& row : file.rows()) {
      // The first line names the processors; the columns are in their order.
      if (row.lineNumber() == 1 || !row.find(1)) continue;
      for (std::size_t type = 0; type < std::size(kTypes); ++type) {
        if (row.word(0) != kTypes[type]) continue;
        counts[type].clear();
        for (std::size_t i = 1; i < row.size(); ++i) {
          counts[type].push_back(row.unsignedInteger(i));
        }
      }
    }

    const auto functions = out.counter("node_softirqs_functions_total",
                                       "Software interrupts served, by processor and type.");
    for (std::size_t type = 0; type < std::size(kTypes); ++type) {
      const std::string_view name = kTypes[type].substr(0, kTypes[type].size() - 1);
      for (std::size_t cpu = 0; cpu < counts[type].size(); ++cpu) {
        functions.add(static_cast<double>(counts[type][cpu]),
                      {{"cpu", std::to_string(cpu)}, {"type", name}});
      }
    }
  }
};

const RegisterCollector<Softirqs> softirqs{
    {.name = "softirqs", .onByDefault = kOffByDefault, .reads = "proc/softirqs"}};

}  // namespace

}  // namespace orchestrator_exporter
