#pragma once

#include <optional>

#include "exporter/kernel/descriptor.h"
#include "exporter/kernel/kernel.h"
#include "metrics/source.h"

namespace orchestrator_exporter {

// The process_* families about this program itself, as Prometheus' client libraries give them, from
// /proc/self whatever --path.procfs says. What the kernel does not tell is left out. Thread-safe.
class SelfMetrics {
 public:
  SelfMetrics();
  // `kernel` is that of the scrape, in which collectors may have shared what is needed here too.
  void collect(Kernel& kernel, Sink& out) const;

 private:
  void giveUsage(Kernel& kernel, Sink& out) const;
  std::optional<double> countDescriptors(Kernel& kernel) const;

  std::optional<double> startTime_;  // Unix seconds
  Descriptor directory_;             // of the descriptors
};

// node_exporter_build_info, which dashboards read, and orchestrator_exporter_build_info.
class BuildInfo final : public Source {
 public:
  void collect(Sink& out) override;
};

}  // namespace orchestrator_exporter
