#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/base/thread_slots.h"
#include "metrics/recording/deferred_task.h"
#include "metrics/recording/metrics_collector_config.h"
#include "metrics/recording/orchestrator_families.h"
#include "metrics/recording/record.h"
#include "metrics/recording/recording_queue.h"
#include "metrics/recording/rejections.h"
#include "metrics/recording/thread_recorder.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// The way of a record from a call of the facade to the families: the queues of all threads and
// bound handles, and what is refused before it gets there. Shared with the threads that record and
// with bound handles, so that none of them can outlive it unnoticed. Thread-safe.
class Recorder : public std::enable_shared_from_this<Recorder> {
 public:
  using Texts = std::array<std::string_view, 3>;

  // Throws std::invalid_argument for an invalid configuration, and if the registry has other
  // families of these names.
  Recorder(MetricsRegistry& registry, const MetricsCollectorConfig& config);

  // The numbers of a record, as in the shape of its type; times in milliseconds.
  struct Numbers {
    constexpr Numbers(double first, double second = 0) : number(first), amount(second) {}

    double number;
    double amount;
  };

  // Records one thing: its numbers, for latencies a trace id or nothing, and the identifiers as in
  // the shape of the type, each a std::string_view. What cannot be taken is counted as rejected.
  template <RecordType kType, typename... Identifiers>
  void record(Numbers numbers, std::string_view traceId, Identifiers... identifiers) noexcept;
  // The same to what a handle is bound to.
  template <RecordType kType>
  void recordBound(RecordingQueue& queue, Pending& pending, const Texts& texts, Numbers numbers,
                   std::string_view traceId = {}) noexcept;
  // Records all of them in their order, and says how many were taken: an end without a start is
  // not. nullopt, with each counted as rejected, once it is closed; a close() that comes meanwhile
  // waits for the batch.
  std::optional<std::size_t> apply(std::span<const CheckedRecord> records) noexcept;

  void flush();
  // Not for two threads at a time.
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

  OrchestratorFamilies& families() { return families_; }
  const IdentifierLimit& identifierLimit() const { return identifierLimit_; }
  const RecordingRules& rules() const { return rules_; }
  const std::atomic<std::uint64_t>& departures() const { return *departures_; }

 private:
  template <RecordType kType>
  void recordAlone(Texts texts, Numbers numbers, std::string_view traceId);
  // False here and below, and counted, if it was rejected.
  bool recordChecked(const Record& record);
  template <RecordType kType, typename... Identifiers>
  bool recordToBatches(Numbers numbers, std::string_view traceId, Identifiers... identifiers);
  // Cuts identifiers that are too long.
  bool admit(RecordType type, Texts& texts);
  // For a series that find() does not know under these identifiers; null, and counted, if they are
  // not as they should be.
  Pending* findAnew(ThreadRecorder& own, std::uint64_t hash, RecordType type, Texts texts);
  // Null, and counted, if its family's name is taken.
  Pending* addSeries(ThreadRecorder& own, std::uint64_t hash, RecordType type, const Texts& texts);
  template <RecordType kType>
  bool enqueue(RecordingQueue& queue, Pending& pending, Numbers numbers, std::string_view traceId);
  bool endSession(RecordingQueue& queue, PendingSessions& sessions);
  bool reject(RecordType type, Rejection rejection);
  void logRecord(RecordType type, const Texts& texts, Numbers numbers) const;

  const MetricsCollectorConfig config_;
  RecordingRules rules_;
  const std::shared_ptr<const std::atomic<std::uint64_t>> departures_;
  OrchestratorFamilies families_;
  const Rejections rejections_;
  const IdentifierLimit identifierLimit_;

  std::mutex queuesMutex_;
  std::vector<std::shared_ptr<RecordingQueue>> queues_;
  const PerThread<ThreadRecorder> threads_;
  std::mutex batchesMutex_;
  // The way of all batches, whatever thread brings them: a server has many threads, and each would
  // remember series of its own. Made with the first batch.
  std::optional<ThreadRecorder> batches_;
  std::optional<DeferredTask> deferredFlush_;  // with batching; last: uses the others
};

// --- details: the hot path, from a call to the queue

namespace recording_detail {

// Starts and ends of sessions meet in one series.
constexpr RecordType seriesKind(RecordType type) {
  return type == RecordType::kSessionEnd ? RecordType::kSessionStart : type;
}

constexpr bool isGauge(RecordType type) {
  return type == RecordType::kNodeLoad || type == RecordType::kBudgetUtilization ||
         type == RecordType::kCustomMetric || type == RecordType::kMemoryUsage;
}

constexpr std::uint8_t cacheKind(RecordType type) {
  return static_cast<std::uint8_t>(seriesKind(type));
}

// False for NaN too.
template <RecordType kType>
constexpr bool isInRange(Recorder::Numbers numbers) {
  constexpr RecordShape kShape = recordShape(kType);
  if (!(numbers.number >= kShape.least && numbers.number <= kShape.most)) return false;
  return kShape.amount.empty() || (numbers.amount >= 0 && numbers.amount <= kMostAdded);
}

constexpr double kMillisecondsPerSecond = 1e3;

}  // namespace recording_detail

// The identifiers travel as single arguments down to the comparison: gathered in an array they
// would go through memory twice, which costs as much as all the rest.
template <RecordType kType, typename... Identifiers>
void Recorder::record(Numbers numbers, std::string_view traceId,
                      Identifiers... identifiers) noexcept {
  static_assert(sizeof...(identifiers) == recordShape(kType).textCount());
  if (!recording_detail::isInRange<kType>(numbers)) [[unlikely]] {
    reject(kType, *rejectionOf(kType, numbers.number, numbers.amount));
    return;
  }
  if (config_.debug) [[unlikely]] {
    logRecord(kType, {identifiers...}, numbers);
  }
  ThreadRecorder* own = threads_.get(*this);
  if (own == nullptr) [[unlikely]] {
    return recordAlone<kType>({identifiers...}, numbers, traceId);
  }
  constexpr std::uint8_t kKind = recording_detail::cacheKind(kType);
  const std::uint64_t hash = SeriesCache::hash(kKind, identifiers...);
  Pending* pending = own->find(hash, kKind, identifiers...);
  if (pending == nullptr) [[unlikely]] {
    pending = findAnew(*own, hash, kType, {identifiers...});
    if (pending == nullptr) return;
  }
  enqueue<kType>(own->queue(), *pending, numbers, traceId);
}

// For a thread that is being destroyed and can keep nothing any more.
template <RecordType kType>
void Recorder::recordAlone(Texts texts, Numbers numbers, std::string_view traceId) {
  if (!admit(kType, texts)) return;
  const std::unique_ptr<Pending> pending =
      families_.makePending(kType, std::span(texts).first(recordShape(kType).textCount()));
  if (pending == nullptr) {
    reject(kType, Rejection::kNameTaken);
    return;
  }
  RecordingQueue queue(rules_);
  enqueue<kType>(queue, *pending, numbers, traceId);
  queue.drain();
}

template <RecordType kType>
void Recorder::recordBound(RecordingQueue& queue, Pending& pending, const Texts& texts,
                           Numbers numbers, std::string_view traceId) noexcept {
  if (!recording_detail::isInRange<kType>(numbers)) [[unlikely]] {
    reject(kType, *rejectionOf(kType, numbers.number, numbers.amount));
    return;
  }
  if (config_.debug) [[unlikely]] {
    logRecord(kType, texts, numbers);
  }
  enqueue<kType>(queue, pending, numbers, traceId);
}

template <RecordType kType>
bool Recorder::enqueue(RecordingQueue& queue, Pending& pending, Numbers numbers,
                       std::string_view traceId) {
  if constexpr (recording_detail::isGauge(kType)) {
    if (isClosed()) return reject(kType, Rejection::kClosed);
    static_cast<DirectGauge&>(pending).set(numbers.number);
    return true;
  } else if constexpr (kType == RecordType::kSessionEnd) {
    return endSession(queue, static_cast<PendingSessions&>(pending));
  } else {
    const bool open = queue.record(pending, [&] {
      if constexpr (kType == RecordType::kSessionStart) {
        static_cast<PendingSessions&>(pending).start();
      } else if constexpr (kType == RecordType::kMessageLatency) {
        static_cast<PendingLatency&>(pending).observe(
            numbers.number / recording_detail::kMillisecondsPerSecond, traceId);
      } else if constexpr (!recordShape(kType).amount.empty()) {
        static_cast<PendingWork&>(pending).add(
            numbers.number / recording_detail::kMillisecondsPerSecond, numbers.amount);
      } else if constexpr (kType == RecordType::kTokenUsage) {
        static_cast<PendingCount&>(pending).add(numbers.number);
      } else {
        static_cast<PendingCount&>(pending).add(1);
      }
    });
    return open || reject(kType, Rejection::kClosed);
  }
}

}  // namespace orchestrator_exporter
