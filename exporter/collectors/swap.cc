#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/octal_escapes.h"

namespace orchestrator_exporter {

namespace {

constexpr double kKibibyte = 1024;

struct Area {
  std::string device;
  std::string_view type;
  std::int64_t size;
  std::int64_t used;
  std::int64_t priority;
};

class Swap final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    std::vector<Area> areas;
    for (const Row& row : kernel.require("proc/swaps").rows()) {
      if (row.empty() || row.word(0) == "Filename") continue;
      complaints_.attempt([&] {
        areas.push_back({withoutOctalEscapes(row.word(0)), row.word(1), row.integer(2),
                         row.integer(3), row.integer(4)});
      });
    }
    complaints_.failIfNothingWasRead();

    const auto size = out.gauge("node_swap_size_bytes", "Size of the swap area.");
    const auto used = out.gauge("node_swap_used_bytes", "Bytes of the swap area in use.");
    const auto priority =
        out.gauge("node_swap_priority", "Priority of the swap area; the highest is filled first.");
    for (const Area& area : areas) {
      const std::initializer_list<Label> labels = {{"device", area.device},
                                                   {"swap_type", area.type}};
      size.add(static_cast<double>(area.size) * kKibibyte, labels);
      used.add(static_cast<double>(area.used) * kKibibyte, labels);
      priority.add(static_cast<double>(area.priority), labels);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

  Complaints complaints_;
};

const RegisterCollector<Swap> swapCollector{
    {.name = "swap", .onByDefault = kOffByDefault, .reads = "proc/swaps"}};

}  // namespace

}  // namespace orchestrator_exporter
