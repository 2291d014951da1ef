#include "metrics/instruments/resource_monitor.h"

#include <stdexcept>
#include <utility>

namespace orchestrator_exporter {

namespace {

ResourceMonitorOptions checked(ResourceMonitorOptions options) {
  if (options.interval.count() <= 0) {
    throw std::invalid_argument(
        "ResourceMonitorOptions: interval: expected a number above 0, got " +
        std::to_string(options.interval.count()));
  }
  return options;
}

}  // namespace

ResourceMonitor::ResourceMonitor(ProcessMetrics& metrics, std::string process,
                                 ResourceMonitorOptions options)
    : metrics_(metrics),
      process_(std::move(process)),
      options_(checked(std::move(options))),
      task_((sampleNow(), options_.interval), [this] { sampleNow(); }) {}

void ResourceMonitor::sampleNow() {
  const OwnResources now = options_.sample();
  if (now.residentBytes) metrics_.setMemoryUsage(process_, "resident", *now.residentBytes);
  if (now.virtualBytes) metrics_.setMemoryUsage(process_, "virtual", *now.virtualBytes);
  if (now.heapBytes) metrics_.setMemoryUsage(process_, "heap", *now.heapBytes);
  if (now.threads) metrics_.setTasks(process_, *now.threads);
  addCpuTime("user", now.userSeconds, userCounted_);
  addCpuTime("system", now.systemSeconds, systemCounted_);
}

void ResourceMonitor::addCpuTime(const char* mode, std::optional<double> total, double& counted) {
  // getrusage() may give a little less than the time before where it divides user from system time.
  if (!total || *total < counted) return;
  metrics_.addCpuTime(process_, mode, *total - counted);
  counted = *total;
}

}  // namespace orchestrator_exporter
