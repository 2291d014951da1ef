#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/base/process/thread_cpu_clock.h"
#include "metrics/base/timer.h"
#include "metrics/instruments/checked_family.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

struct PerformanceTrackerOptions {
  std::vector<double> bounds = {};  // of both histograms, in seconds; shortTimeBounds() where empty
  FamilyOptions families = {.maxSeries = 100'000};
  // Wall time; the system's monotonic clock where empty.
  Timer::Clock steadyClock = {};
};

// Times the named operations of a program, with tags:
//
//   PerformanceTracker imports(registry, "import", {"format"});
//   {
//     const auto tracked = imports.track("parse", {"csv"});
//     ...
//   }
//   imports.measure("store", {"csv"}, [&] { store(rows); });
//
// The families are NAME_duration_seconds (wall time), NAME_cpu_seconds (CPU time of the thread) and
// NAME_failures_total (scopes that an exception left), with the labels operation and the tags.
// Thread-safe. A bad operation or tag (empty, not UTF-8) is counted in
// metrics_collector_rejected_updates_total{reason}, and what it names goes unrecorded.
class PerformanceTracker {
 public:
  using Tags = std::initializer_list<std::string_view>;

  // Throws std::invalid_argument for a name or tags that a family may not have. The registry must
  // outlive the tracker.
  PerformanceTracker(MetricsRegistry& registry, const std::string& name,
                     std::vector<std::string> tags = {}, PerformanceTrackerOptions options = {});

  // One run of an operation, from its construction to its destruction, on one thread.
  class Tracked {
   public:
    ~Tracked();
    Tracked(const Tracked&) = delete;
    Tracked& operator=(const Tracked&) = delete;

   private:
    friend class PerformanceTracker;
    struct Series {
      Histogram wall;
      Histogram cpu;
      Counter failures;
    };
    Tracked(std::optional<Series> series, const Timer::Clock& clock)
        : series_(std::move(series)), wall_(clock), cpuStart_(ThreadCpuClock::now()) {}

    const std::optional<Series> series_;
    Timer wall_;
    const ThreadCpuClock::time_point cpuStart_;
    const int exceptions_ = std::uncaught_exceptions();
  };

  // Tags in the order in which they were named. Throws std::invalid_argument for another number of
  // them.
  [[nodiscard]] Tracked track(std::string_view operation, Tags tags = {}) const;

  // Runs fn, returns what it returns, lets its exception go on.
  template <typename Function>
  decltype(auto) measure(std::string_view operation, Tags tags, Function&& fn) const {
    const Tracked tracked = track(operation, tags);
    return std::invoke(std::forward<Function>(fn));
  }

 private:
  const std::vector<std::string> labels_;
  const PerformanceTrackerOptions options_;
  const CheckedFamily<Histogram> wall_;
  const CheckedFamily<Histogram> cpu_;
  const CheckedFamily<Counter> failures_;
};

}  // namespace orchestrator_exporter
