#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "metrics/base/regular_task.h"
#include "metrics/instruments/own_resources.h"
#include "metrics/instruments/process_metrics.h"

namespace orchestrator_exporter {

struct ResourceMonitorOptions {
  std::chrono::milliseconds interval{10'000};
  // What is sampled; called by one thread at a time and must not throw.
  std::function<OwnResources()> sample = readOwnResources;
};

// Samples what this process uses, at an interval on a thread of its own: memory into
// process_memory_usage_bytes{kind="resident"|"virtual"|"heap"}, threads into process_tasks, CPU
// time into process_cpu_time_seconds_total{mode="user"|"system"}. What a sample does not tell stays
// as it was.
class ResourceMonitor {
 public:
  // Samples once before it returns. `metrics` must outlive the monitor. Throws
  // std::invalid_argument for an interval that is not above 0.
  ResourceMonitor(ProcessMetrics& metrics, std::string process,
                  ResourceMonitorOptions options = {});
  // Stops.
  ~ResourceMonitor() = default;
  ResourceMonitor(const ResourceMonitor&) = delete;
  ResourceMonitor& operator=(const ResourceMonitor&) = delete;

  // Waits for a sample under way, not for the interval. A second call does nothing.
  void stop() { task_.stop(); }

 private:
  void sampleNow();
  void addCpuTime(const char* mode, std::optional<double> total, double& counted);

  ProcessMetrics& metrics_;
  const std::string process_;
  const ResourceMonitorOptions options_;
  double userCounted_ = 0;
  double systemCounted_ = 0;
  RegularTask task_;  // last: uses the others
};

}  // namespace orchestrator_exporter
