#pragma once

#include <algorithm>
#include <memory>
#include <span>

#include "metrics/collector_core.h"

// The hot path of CollectorCore: from a call to the queue. For the files that define the calls.

namespace exporter {

namespace recording_detail {

// Starts and ends of sessions meet in one series.
constexpr RecordType seriesKind(RecordType type) {
  return type == RecordType::kSessionEnd ? RecordType::kSessionStart : type;
}

constexpr bool isGauge(RecordType type) {
  return type == RecordType::kNodeLoad || type == RecordType::kBudgetUtilization;
}

constexpr double kMillisecondsPerSecond = 1e3;

}  // namespace recording_detail

template <RecordType kType>
void CollectorCore::record(const Texts& texts, double number, std::string_view traceId) noexcept {
  if (const auto rejection = rejectionOf(kType, number)) [[unlikely]] {
    return reject(kType, *rejection);
  }
  if (config_.debug) [[unlikely]]
    logRecord(kType, texts, number);
  recordOnThisThread<kType>(texts, number, traceId);
}

template <RecordType kType>
void CollectorCore::recordBound(RecordingQueue& queue, Pending& pending, const Texts& texts,
                                double number, std::string_view traceId) noexcept {
  if (const auto rejection = rejectionOf(kType, number)) [[unlikely]] {
    return reject(kType, *rejection);
  }
  if (config_.debug) [[unlikely]]
    logRecord(kType, texts, number);
  enqueue<kType>(queue, pending, number, traceId);
}

template <RecordType kType>
void CollectorCore::recordOnThisThread(const Texts& texts, double number,
                                       std::string_view traceId) {
  constexpr std::size_t kParts = recordShape(kType).textCount();
  std::array<std::string_view, kParts> parts;
  std::copy_n(texts.begin(), kParts, parts.begin());
  const auto make = [&]() -> std::unique_ptr<Pending> {
    if (const auto rejection = rejectionOf(kType, std::span<const std::string_view>(parts))) {
      reject(kType, *rejection);
      return nullptr;
    }
    return makePending(kType, parts);
  };
  ThreadRecorder* recorder = ThreadRecorder::ofThisThread(*this);
  if (recorder == nullptr) [[unlikely]] {
    const std::unique_ptr<Pending> pending = make();
    if (pending == nullptr) return;
    RecordingQueue queue(rules_);
    enqueue<kType>(queue, *pending, number, traceId);
    queue.drain();
    return;
  }
  const SeriesKey<kParts> key(static_cast<std::uint8_t>(recording_detail::seriesKind(kType)),
                              parts);
  Pending* pending = recorder->find(key, make);
  if (pending != nullptr) enqueue<kType>(recorder->queue(), *pending, number, traceId);
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
    if (!open) [[unlikely]]
      reject(kType, Rejection::kClosed);
  }
}

}  // namespace exporter
