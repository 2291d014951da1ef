#include <cstdint>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

struct Subsystem {
  std::string_view name;
  std::int64_t groups;
  std::int64_t enabled;
};

class Cgroups final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    subsystems_.clear();
    for (const Row& row : kernel.require("proc/cgroups").rows()) {
      // The header.
      if (row.text().starts_with('#')) continue;
      row.integer(1);
      subsystems_.push_back({row.word(0), row.integer(2), row.integer(3)});
    }
    const auto groups = out.gauge("node_cgroups_cgroups", "Control groups of a controller.");
    const auto enabled =
        out.gauge("node_cgroups_enabled", "1 where a controller of control groups is enabled.");
    for (const Subsystem& subsystem : subsystems_) {
      groups.add(static_cast<double>(subsystem.groups), {{"subsys_name", subsystem.name}});
      enabled.add(static_cast<double>(subsystem.enabled), {{"subsys_name", subsystem.name}});
    }
  }

  std::vector<Subsystem> subsystems_;
};

const RegisterCollector<Cgroups> cgroups{
    {.name = "cgroups", .onByDefault = kOffByDefault, .reads = "proc/cgroups"}};

}  // namespace

}  // namespace orchestrator_exporter
