#pragma once

#include <chrono>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "metrics/base/time_units.h"
#include "metrics/base/timer.h"
#include "metrics/instruments/checked_family.h"
#include "metrics/instruments/message_handler.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

struct ProcessMetricsOptions {
  // Of each family: when idle series go, and how many there may be.
  FamilyOptions families = {.maxSeries = 100'000};
  // The system's clocks where empty.
  std::function<std::chrono::system_clock::time_point()> wallClock = {};
  Timer::Clock steadyClock = {};
};

// Records what the processes of a message-processing program do, each with its ports (the places
// where messages come in). The families begin with `process_` and have the label process_id.
//
//   ProcessMetrics metrics(registry);
//   metrics.recordMessage("parser", "in", std::chrono::microseconds(250));
//   auto handler = metrics.wrap("parser", "in", [](const Message& message) { ... });
//
// Every call may come from any thread, applies at once and never throws: a bad value (a negative
// number, NaN or an infinity, an empty or non-UTF-8 identifier) changes nothing and is counted in
// metrics_collector_rejected_updates_total{reason}. Times are durations or numbers of milliseconds.
class ProcessMetrics {
 public:
  // Throws std::invalid_argument where the registry has other families of these names. The registry
  // must outlive the object.
  explicit ProcessMetrics(MetricsRegistry& registry, ProcessMetricsOptions options = {});

  // A message was handled; `latency` is the time from its arrival to its completion.
  template <typename Time>
  void recordMessage(std::string_view process, std::string_view port, Time latency) noexcept {
    recordMessageSeconds(process, port, toSeconds(latency));
  }
  // The time spent working on one message, without its wait.
  template <typename Time>
  void recordProcessing(std::string_view process, Time time) noexcept {
    recordProcessingSeconds(process, toSeconds(time));
  }
  // Messages that wait. A gauge that is changed by steps may be below 0 for a moment, while the
  // steps of two threads overtake each other.
  void setQueueDepth(std::string_view process, std::string_view port, double messages) noexcept;
  void changeQueueDepth(std::string_view process, std::string_view port, int messages) noexcept;
  // `kind` is resident, virtual, heap or another text.
  void setMemoryUsage(std::string_view process, std::string_view kind, double bytes) noexcept;
  // Threads, fibres or coroutines now running.
  void setTasks(std::string_view process, double tasks) noexcept;
  // CPU time used since the last call; `mode` is user, system or another text. The family is
  // process_cpu_time_seconds_total{process_id,mode}.
  void addCpuTime(std::string_view process, std::string_view mode, double seconds) noexcept;
  // Counts the error and notes the time of day.
  void recordError(std::string_view process, std::string_view errorType) noexcept;

  // The handler with recording around it; see MeasuredHandler. This object must outlive it.
  template <typename Handler>
  MeasuredHandler<std::decay_t<Handler>> wrap(std::string_view process, std::string_view port,
                                              Handler&& handler) {
    return {*this, process, port, std::forward<Handler>(handler)};
  }

  std::chrono::steady_clock::time_point steadyNow() const {
    return options_.steadyClock ? options_.steadyClock() : std::chrono::steady_clock::now();
  }

 private:
  void recordMessageSeconds(std::string_view process, std::string_view port,
                            double seconds) noexcept;
  void recordProcessingSeconds(std::string_view process, double seconds) noexcept;

  const ProcessMetricsOptions options_;
  const CheckedFamily<Counter> messages_;
  const CheckedFamily<Histogram> latency_;
  const CheckedFamily<Gauge> queueDepth_;
  const CheckedFamily<Histogram> processing_;
  const CheckedFamily<Gauge> memory_;
  const CheckedFamily<Gauge> tasks_;
  const CheckedFamily<Counter> cpuTime_;
  const CheckedFamily<Counter> errors_;
  const CheckedFamily<Gauge> lastError_;
};

}  // namespace orchestrator_exporter
