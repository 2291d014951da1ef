#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kTypes[] = {"HI:",       "TIMER:",   "NET_TX:", "NET_RX:",  "BLOCK:",
                                       "IRQ_POLL:", "TASKLET:", "SCHED:",  "HRTIMER:", "RCU:"};

// The numbers in the header `CPU0 CPU2 …`.
std::vector<std::string_view> processorsIn(const Row& header) {
  std::vector<std::string_view> processors;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string_view name = header.word(i);
    if (!name.starts_with("CPU") || !parseUnsigned(name.substr(3))) {
      throw header.error("a header of processors", header.text());
    }
    processors.push_back(name.substr(3));
  }
  if (processors.empty()) throw header.error("a header of processors", header.text());
  return processors;
}

class Softirqs final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const KernelFile file = kernel.require("proc/softirqs");
    const std::vector<std::string_view> processors = processorsIn(file.firstLine());
    const auto functions = out.counter("node_softirqs_functions_total",
                                       "Software interrupts served, by processor and type.");
    for (const Row& row : file.rows()) {
      const std::string_view type = row.find(0).value_or("");
      if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes)) continue;
      complaints_.attempt(
          [&] { giveRow(row, type.substr(0, type.size() - 1), processors, functions); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

  void giveRow(const Row& row, std::string_view type,
               const std::vector<std::string_view>& processors, const ScalarFamily& functions) {
    if (row.size() - 1 > processors.size()) {
      throw row.error("as many counts as there are processors", row.text());
    }
    for (std::size_t i = 1; i < row.size(); ++i) {
      complaints_.attempt([&] {
        functions.add(static_cast<double>(row.unsignedInteger(i)),
                      {{"cpu", processors[i - 1]}, {"type", type}});
      });
    }
  }

  Complaints complaints_;
};

const RegisterCollector<Softirqs> softirqs{
    {.name = "softirqs", .onByDefault = kOffByDefault, .reads = "proc/softirqs"}};

}  // namespace

}  // namespace orchestrator_exporter
