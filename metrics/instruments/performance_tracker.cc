#include "metrics/instruments/performance_tracker.h"

#include <stdexcept>

#include "metrics/registry/bucket_bounds.h"

namespace orchestrator_exporter {

namespace {

std::vector<std::string> labelsOf(std::vector<std::string> tags) {
  tags.insert(tags.begin(), "operation");
  return tags;
}

PerformanceTrackerOptions completed(PerformanceTrackerOptions options) {
  if (options.bounds.empty()) options.bounds = shortTimeBounds();
  return options;
}

}  // namespace

PerformanceTracker::PerformanceTracker(MetricsRegistry& registry, const std::string& name,
                                       std::vector<std::string> tags,
                                       PerformanceTrackerOptions options)
    : labels_(labelsOf(std::move(tags))),
      options_(completed(std::move(options))),
      wall_(registry, registry.histogram(name + "_duration_seconds", "Wall time of an operation.",
                                         {.bounds = options_.bounds}, labels_,
                                         withUnit(options_.families, "seconds"))),
      cpu_(registry, registry.histogram(name + "_cpu_seconds", "CPU time of an operation.",
                                        {.bounds = options_.bounds}, labels_,
                                        withUnit(options_.families, "seconds"))),
      failures_(registry,
                registry.counter(name + "_failures_total", "Operations that an exception ended.",
                                 labels_, options_.families)) {}

PerformanceTracker::Tracked PerformanceTracker::track(std::string_view operation, Tags tags) const {
  if (tags.size() + 1 != labels_.size()) {
    throw std::invalid_argument("operation '" + std::string(operation) + "': expected " +
                                std::to_string(labels_.size() - 1) + " tags, got " +
                                std::to_string(tags.size()));
  }
  std::vector<std::string_view> identifiers = {operation};
  identifiers.insert(identifiers.end(), tags.begin(), tags.end());
  std::optional<Tracked::Series> series;
  // A bad identifier is counted by the first family that sees it, and once is enough.
  if (const auto wall = wall_.series(identifiers)) {
    series.emplace(*wall, *cpu_.series(identifiers), *failures_.series(identifiers));
  }
  return Tracked(std::move(series), options_.steadyClock);
}

PerformanceTracker::Tracked::~Tracked() {
  if (!series_) return;
  using Seconds = std::chrono::duration<double>;
  series_->cpu.observe(Seconds(ThreadCpuClock::now() - cpuStart_).count());
  series_->wall.observe(Seconds(wall_.stop()).count());
  if (std::uncaught_exceptions() > exceptions_) series_->failures.add();
}

}  // namespace orchestrator_exporter
