#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/base/timer.h"
#include "metrics/recording/bound_series.h"
#include "metrics/recording/metrics_collector_config.h"
#include "metrics/recording/orchestrator_families.h"
#include "metrics/recording/orchestrator_statistics.h"
#include "metrics/recording/record.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// Records what an orchestrator, a program that runs AI agent sessions, does, in families that begin
// with `orchestrator_`; and what parts of any program do, in those of component_families.h. They
// lie in the registry that is given; a scrape of it shows everything that was recorded before.
//
//   MetricsRegistry registry;
//   MetricsCollector collector(registry);
//   collector.recordTokenUsage("orch-1", "claude-sonnet-3.5", 1500);
//
// Every call may come from any thread. Recording (record..., update..., apply() of checked records)
// never throws and never waits for I/O: a bad value (a negative or NaN number, one out of its
// range, an empty or non-UTF-8 identifier, an unknown status or period) changes nothing and is
// counted in metrics_collector_rejected_updates_total{reason}. The calls that do throw say so
// below. Updates of one series keep the order in which one thread made them. Nothing that was
// recorded before flush() or close() returns is lost.
//
// With batching each thread has a queue of its own, in which updates of one series add up; it is
// applied when it is full, when its thread ends, every batchFlushInterval, and by every scrape.
// Gauges are set at once: that costs less than a queue.
class MetricsCollector {
 public:
  using TimePoint = AggregatedStats::TimePoint;

  // Throws std::invalid_argument for an invalid configuration, and if the registry has other
  // families of these names. The registry may go before the collector.
  explicit MetricsCollector(MetricsRegistry& registry, const MetricsCollectorConfig& config = {});
  // Closes.
  ~MetricsCollector();
  MetricsCollector(const MetricsCollector&) = delete;
  MetricsCollector& operator=(const MetricsCollector&) = delete;

  // `sessionType` is claude-code, claude-flow or another text.
  void recordSessionStart(std::string_view orchestrator, std::string_view sessionType) noexcept;
  // Without a session that is active, on whatever thread it was started, the end is rejected.
  void recordSessionEnd(std::string_view orchestrator, std::string_view sessionType) noexcept;
  void recordTokenUsage(std::string_view orchestrator, std::string_view model,
                        double tokens) noexcept;
  // `latency` is a duration, or a number of milliseconds. With a trace id it is the example that
  // OpenMetrics and protobuf show beside its bucket.
  template <typename Latency>
  void recordMessageLatency(std::string_view orchestrator, Latency latency,
                            std::string_view traceId = {}) noexcept {
    recordLatency(orchestrator, toMilliseconds(latency), traceId);
  }
  // `status` is success, error or timeout.
  void recordToolInvocation(std::string_view orchestrator, std::string_view tool,
                            std::string_view status) noexcept;
  // `status` is success, error or rejected.
  void recordDelegation(std::string_view from, std::string_view to,
                        std::string_view status) noexcept;
  void recordError(std::string_view orchestrator, std::string_view errorType) noexcept;
  // `load` is 0 to 1.
  void updateNodeLoad(std::string_view node, double load) noexcept;
  // `period` is daily, weekly or monthly; `percent` may be above 100.
  void updateBudgetUtilization(std::string_view orchestrator, std::string_view period,
                               double percent) noexcept;

  // Of parts of any program. The registry gets their families with the first record; if it has
  // others of these names, or is gone, the record is rejected.
  //
  // Sets custom_metric, to any finite number; `unit` is 1 if it has none.
  void recordCustomMetric(std::string_view name, double value,
                          std::string_view unit = "1") noexcept;
  // Sets component_memory_bytes.
  void recordMemoryUsage(std::string_view component, double bytes) noexcept;
  // A query to a database and how many rows it brought: db_query_duration_seconds,
  // db_queries_total and db_rows_total, beside those of DatabaseMetrics. `duration` as a latency.
  template <typename Duration>
  void recordQueryPerformance(std::string_view operation, Duration duration,
                              double rows = 0) noexcept {
    recordQuery(operation, toMilliseconds(duration), rows);
  }
  // How long it took to collect so many events of traces: trace_collection_duration_seconds and
  // trace_events_total.
  template <typename Duration>
  void recordTraceOverhead(Duration duration, double events) noexcept {
    recordTrace(toMilliseconds(duration), events);
  }

  // The same calls bound to their series once. Throw std::invalid_argument for bad identifiers.
  BoundSessions sessions(std::string_view orchestrator, std::string_view sessionType);
  BoundTokens tokenUsage(std::string_view orchestrator, std::string_view model);
  BoundLatency messageLatency(std::string_view orchestrator);
  BoundToolInvocations toolInvocations(std::string_view orchestrator, std::string_view tool,
                                       std::string_view status);
  BoundDelegations delegations(std::string_view from, std::string_view to, std::string_view status);
  BoundErrors errors(std::string_view orchestrator, std::string_view errorType);

  // The most bytes that an identifier of a CheckedRecord may have.
  std::size_t maxIdentifierLength() const;
  // Applies a batch in its order, and says how many records were taken: all but the ends of
  // sessions that were not active, which are counted as rejected. nullopt, with every record
  // counted as rejected, once the collector is closed. Never throws.
  std::optional<std::size_t> apply(std::span<const CheckedRecord> records) noexcept;
  // The same for records that nobody looked at yet. Throws ParseError for the first that is wrong,
  // "records[7].tokens: expected a number >= 0, got -5"; nothing is applied then.
  std::optional<std::size_t> apply(std::span<const Record> records);

  // A stopwatch; see timer.h.
  Timer startTimer() const;

  // Runs fn and returns what it returns, whatever that is. Records its latency, or, where it ends
  // with an exception, the error function_execution_error; the exception goes on.
  template <typename Function>
  decltype(auto) withMetrics(Function&& fn, std::string_view orchestrator) {
    const Measured measured(*this, orchestrator);
    return std::invoke(std::forward<Function>(fn));
  }

  // Statistics over the minutes that the range touches, what is still queued included; see
  // AggregatedStats. An orchestrator never seen gives zeros. Throws std::invalid_argument for a
  // range that is empty or ends before it starts. Without a range, the last hour.
  AggregatedStats aggregatedStats(std::string_view orchestrator) const;
  AggregatedStats aggregatedStats(std::string_view orchestrator, TimePoint start,
                                  TimePoint end) const;

  // The statistics of each `step` of the range, which add up to those of the whole; see
  // StatisticsStore::windows(). A graph, a report.
  std::vector<AggregatedStats> windows(std::string_view orchestrator, TimePoint start,
                                       TimePoint end, std::chrono::minutes step) const;

  // The families that records add up in, as long as the collector lives.
  OrchestratorFamilies& families();

  // Applies all that is queued, on every thread, before it returns.
  void flush();
  // Flushes and stops the timer thread; later records are rejected. A second close does nothing.
  void close();

 private:
  // Records the outcome of a function when it is left. No catch: the exception is only looked at.
  class Measured {
   public:
    Measured(MetricsCollector& collector, std::string_view orchestrator)
        : collector_(collector), orchestrator_(orchestrator), timer_(collector.startTimer()) {}
    Measured(const Measured&) = delete;
    Measured& operator=(const Measured&) = delete;
    ~Measured();

   private:
    MetricsCollector& collector_;
    const std::string_view orchestrator_;
    mutable Timer timer_;
    const int exceptions_ = std::uncaught_exceptions();
  };

  void recordLatency(std::string_view orchestrator, double latencyMilliseconds,
                     std::string_view traceId) noexcept;
  void recordQuery(std::string_view operation, double milliseconds, double rows) noexcept;
  void recordTrace(double milliseconds, double events) noexcept;
  template <typename Bound>
  Bound bind(RecordType type, std::span<const std::string_view> texts);

  const std::shared_ptr<Recorder> recorder_;
  const std::shared_ptr<void> beforeCollection_;
  std::mutex closeMutex_;
};

}  // namespace orchestrator_exporter
