#pragma once

#include <memory>

#include "metrics/recording/collector_core.h"

// The hot path of CollectorCore: from a call to the queue. For the files that define the calls.

namespace orchestrator_exporter {

namespace recording_detail {

// Starts and ends of sessions meet in one series.
constexpr RecordType seriesKind(RecordType type) {
  return type == RecordType::kSessionEnd ? RecordType::kSessionStart : type;
}

constexpr bool isGauge(RecordType type) {
  return type == RecordType::kNodeLoad || type == RecordType::kBudgetUtilization;
}

// False for NaN too.
template <RecordType kType>
constexpr bool isInRange(double number) {
  return number >= 0 && number <= recordShape(kType).most;
}

constexpr double kMillisecondsPerSecond = 1e3;

}  // namespace recording_detail

// The identifiers travel as single arguments down to the comparison: gathered in an array they
// would go through memory twice, which costs as much as all the rest.
template <RecordType kType, typename... Identifiers>
void CollectorCore::record(double number, std::string_view traceId,
                           Identifiers... identifiers) noexcept {
  static_assert(sizeof...(identifiers) == recordShape(kType).textCount());
  if (!recording_detail::isInRange<kType>(number)) [[unlikely]] {
    return reject(kType, *rejectionOf(kType, number));
  }
  if (config_.debug) [[unlikely]] {
    logRecord(kType, {identifiers...}, number);
  }
  ThreadRecorder* recorder = ThreadRecorder::ofThisThread(*this, id_);
  if (recorder == nullptr) [[unlikely]] {
    return recordAlone<kType>({identifiers...}, number, traceId);
  }
  constexpr auto kKind = static_cast<std::uint8_t>(recording_detail::seriesKind(kType));
  const std::uint64_t hash = SeriesCache::hash(kKind, identifiers...);
  Pending* pending = recorder->find(hash, kKind, identifiers...);
  if (pending == nullptr) [[unlikely]] {
    pending = addSeries(*recorder, hash, kType, {identifiers...});
    if (pending == nullptr) return;
  }
  enqueue<kType>(recorder->queue(), *pending, number, traceId);
}

// For a thread that is being destroyed and can keep nothing any more.
template <RecordType kType>
void CollectorCore::recordAlone(const Texts& texts, double number, std::string_view traceId) {
  const std::unique_ptr<Pending> pending = makeChecked(kType, texts);
  if (pending == nullptr) return;
  RecordingQueue queue(rules_);
  enqueue<kType>(queue, *pending, number, traceId);
  queue.drain();
}

template <RecordType kType>
void CollectorCore::recordBound(RecordingQueue& queue, Pending& pending, const Texts& texts,
                                double number, std::string_view traceId) noexcept {
  if (!recording_detail::isInRange<kType>(number)) [[unlikely]] {
    return reject(kType, *rejectionOf(kType, number));
  }
  if (config_.debug) [[unlikely]] {
    logRecord(kType, texts, number);
  }
  enqueue<kType>(queue, pending, number, traceId);
}

template <RecordType kType>
void CollectorCore::enqueue(RecordingQueue& queue, Pending& pending, double number,
                            std::string_view traceId) {
  if constexpr (recording_detail::isGauge(kType)) {
    if (isClosed()) return reject(kType, Rejection::kClosed);
    static_cast<DirectGauge&>(pending).set(number);
  } else if constexpr (kType == RecordType::kSessionEnd) {
    endSession(queue, static_cast<PendingSessions&>(pending));
  } else {
    const bool open = queue.record(pending, [&] {
      if constexpr (kType == RecordType::kSessionStart) {
        static_cast<PendingSessions&>(pending).start();
      } else if constexpr (kType == RecordType::kMessageLatency) {
        static_cast<PendingLatency&>(pending).observe(
            number / recording_detail::kMillisecondsPerSecond, traceId);
      } else if constexpr (kType == RecordType::kTokenUsage) {
        static_cast<PendingCount&>(pending).add(number);
      } else {
        static_cast<PendingCount&>(pending).add(1);
      }
    });
    if (!open) [[unlikely]] {
      reject(kType, Rejection::kClosed);
    }
  }
}

}  // namespace orchestrator_exporter
