#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/recording/metrics_collector_config.h"
#include "metrics/recording/record.h"
#include "metrics/recording/recording_queue.h"
#include "metrics/recording/rejections.h"
#include "metrics/recording/thread_recorder.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// The inside of MetricsCollector: families, statistics and the queues of all threads. Shared with
// the threads that record and with bound handles, so that none of them can outlive it unnoticed.
// Thread-safe.
class CollectorCore : public std::enable_shared_from_this<CollectorCore> {
 public:
  using Texts = std::array<std::string_view, 3>;

  CollectorCore(MetricsRegistry& registry, const MetricsCollectorConfig& config);

  // Records one thing: a number (latencies in milliseconds), for latencies a trace id or nothing,
  // and the identifiers as in the shape of the type, each a std::string_view.
  template <RecordType kType, typename... Identifiers>
  void record(double number, std::string_view traceId, Identifiers... identifiers) noexcept;
  // The same to what a handle is bound to.
  template <RecordType kType>
  void recordBound(RecordingQueue& queue, Pending& pending, const Texts& texts, double number,
                   std::string_view traceId = {}) noexcept;
  void recordAny(const Record& record) noexcept;

  // What takes the updates of a series; the identifiers are right.
  std::unique_ptr<Pending> makePending(RecordType type, std::span<const std::string_view> texts);

  void flush();
  void close();
  bool isClosed() const { return rules_.closed.load(std::memory_order_relaxed); }
  AggregatedStats aggregate(std::string_view orchestrator, AggregatedStats::TimePoint start,
                            AggregatedStats::TimePoint end);
  std::vector<AggregatedStats> windows(std::string_view orchestrator,
                                       AggregatedStats::TimePoint start,
                                       AggregatedStats::TimePoint end, std::chrono::minutes step);
  AggregatedStats::TimePoint now() const { return rules_.clock.now(); }
  const auto& steadyClock() const { return config_.steadyClock; }

  // A queue is flushed from enlist() to retire(), which applies what is left in it.
  void enlist(std::shared_ptr<RecordingQueue> queue);
  void retire(RecordingQueue& queue);

  // Never 0, and never given twice.
  std::uint64_t id() const { return id_; }
  const RecordingRules& rules() const { return rules_; }
  const std::atomic<std::uint64_t>& departures() const { return *departures_; }

 private:
  template <RecordType kType>
  void recordAlone(const Texts& texts, double number, std::string_view traceId);
  // Null, and counted, where the identifiers are not as they should be.
  std::unique_ptr<Pending> makeChecked(RecordType type, const Texts& texts);
  Pending* addSeries(ThreadRecorder& recorder, std::uint64_t hash, RecordType type,
                     const Texts& texts);
  template <RecordType kType>
  void enqueue(RecordingQueue& queue, Pending& pending, double number, std::string_view traceId);
  void endSession(RecordingQueue& queue, PendingSessions& sessions);
  void reject(RecordType type, Rejection rejection);
  void logRecord(RecordType type, const Texts& texts, double number) const;
  std::shared_ptr<SessionSeries> sessionSeries(std::span<const std::string_view> texts);

  const std::uint64_t id_;
  const MetricsCollectorConfig config_;
  RecordingRules rules_;
  const std::shared_ptr<const std::atomic<std::uint64_t>> departures_;
  StatisticsStore statistics_;

  const FamilyOptions familyOptions_;
  const Gauges sessionsActive_;
  const Counters sessionsStarted_;
  const Counters tokensUsed_;
  const Histograms messageLatency_;
  const Counters toolInvocations_;
  const Counters delegations_;
  const Gauges nodeLoad_;
  const Counters errors_;
  const Gauges budgetUtilization_;
  const Rejections rejections_;

  std::mutex sessionsMutex_;
  std::map<const void*, std::shared_ptr<SessionSeries>> sessions_;  // by the gauge's series

  std::mutex queuesMutex_;
  std::vector<std::shared_ptr<RecordingQueue>> queues_;
};

}  // namespace orchestrator_exporter
