#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "metrics/recording/recording_queue.h"
#include "metrics/recording/series_cache.h"

namespace orchestrator_exporter {

class Recorder;

// One thread's way into one recorder: its queue, and the series it has recorded to so far. For one
// thread at a time; its end applies what waits in the queue. The recorder may be gone by then.
class ThreadRecorder {
 public:
  explicit ThreadRecorder(Recorder& recorder);
  ~ThreadRecorder();
  ThreadRecorder(const ThreadRecorder&) = delete;
  ThreadRecorder& operator=(const ThreadRecorder&) = delete;

  // What is pending for this series; null if add() was not called for it. Arguments as with
  // SeriesCache.
  template <typename... Identifiers>
  Pending* find(std::uint64_t hash, std::uint8_t kind, Identifiers... identifiers) {
    forgetDeparted();
    return cache_.find(hash, kind, identifiers...);
  }
  Pending& add(std::uint64_t hash, std::uint8_t kind, std::span<const std::string_view> identifiers,
               std::unique_ptr<Pending> pending) {
    if (cache_.size() >= kMostSeries || cache_.textSize() >= kMostText) forgetAll();
    return cache_.insert(hash, kind, identifiers, std::move(pending));
  }

  RecordingQueue& queue() { return *queue_; }

 private:
  // About 1 MiB, 3 MiB with the longest identifiers; a thread that needs more looks some up again
  // from time to time.
  static constexpr std::size_t kMostSeries = 4096;
  static constexpr std::size_t kMostText = std::size_t{512} << 10;

  void forgetDeparted() {
    const std::uint64_t departures = departures_.load(std::memory_order_relaxed);
    if (departures == departuresSeen_) return;
    departuresSeen_ = departures;
    forgetAll();
  }
  void forgetAll();

  const std::weak_ptr<Recorder> recorder_;
  // Shared with whoever flushes just when the thread ends.
  const std::shared_ptr<RecordingQueue> queue_;
  const std::atomic<std::uint64_t>& departures_;
  std::uint64_t departuresSeen_;
  SeriesCache cache_;
};

}  // namespace orchestrator_exporter
