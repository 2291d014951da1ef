#pragma once

#include <mutex>

#include "exporter/kernel/ip_octets.h"
#include "exporter/kernel/kernel.h"
#include "metrics/source.h"

namespace orchestrator_exporter {

// The process_* families about this program itself, as Prometheus' client libraries give them, from
// /proc/self (proc_pid_stat(5)) whatever --path.procfs says.
class SelfMetrics final : public Source {
 public:
  SelfMetrics();
  void collect(Sink& out) override;

 private:
  void giveUsage(Sink& out);
  void giveDescriptors(Sink& out);
  void giveTraffic(Sink& out);
  IpOctets readOctets();

  std::mutex mutex_;  // guards kernel_
  Kernel kernel_;
  double startTime_ = 0;  // Unix seconds
};

// node_exporter_build_info, which dashboards read, and orchestrator_exporter_build_info.
class BuildInfo final : public Source {
 public:
  void collect(Sink& out) override;
};

}  // namespace orchestrator_exporter
