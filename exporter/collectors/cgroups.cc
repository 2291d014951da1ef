#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

class Cgroups final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto groups = out.gauge("node_cgroups_cgroups", "Control groups of a controller.");
    const auto enabled =
        out.gauge("node_cgroups_enabled", "1 where a controller of control groups is enabled.");
    for (const Row& row : kernel.require("proc/cgroups").rows()) {
      // The header.
      if (row.empty() || row.text().starts_with('#')) continue;
      complaints_.attempt([&] {
        const auto count = static_cast<double>(row.integer(2));
        const auto state = static_cast<double>(row.integer(3));
        groups.add(count, {{"subsys_name", row.word(0)}});
        enabled.add(state, {{"subsys_name", row.word(0)}});
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  Complaints complaints_;
};

const RegisterCollector<Cgroups> cgroups{
    {.name = "cgroups", .onByDefault = kOffByDefault, .reads = "proc/cgroups"}};

}  // namespace

}  // namespace orchestrator_exporter
