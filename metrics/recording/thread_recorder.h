#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "metrics/recording/recording_queue.h"
#include "metrics/recording/series_cache.h"

namespace orchestrator_exporter {

class CollectorCore;

// One thread's way into one collector: its queue, and the series it has recorded to so far.
class ThreadRecorder {
 public:
  explicit ThreadRecorder(CollectorCore& core);

  // The calling thread's in the collector of this id; made at its first record, given up when it
  // ends. Null while the thread's own objects are being destroyed: then nothing can be remembered
  // for it any more.
  static ThreadRecorder* ofThisThread(CollectorCore& core, std::uint64_t coreId) {
    if (lastUsed_.collector == coreId) [[likely]]
      return lastUsed_.recorder;
    return lookUp(core);
  }

  // What is pending for this series; null where add() was not called for it. Arguments as with
  // SeriesCache.
  template <typename... Identifiers>
  Pending* find(std::uint64_t hash, std::uint8_t kind, Identifiers... identifiers) {
    forgetDeparted();
    return cache_.find(hash, kind, identifiers...);
  }
  Pending& add(std::uint64_t hash, std::uint8_t kind, std::span<const std::string_view> identifiers,
               std::unique_ptr<Pending> pending) {
    if (cache_.size() >= kMostSeries) forgetAll();
    return cache_.insert(hash, kind, identifiers, std::move(pending));
  }

  RecordingQueue& queue() { return queue_; }

 private:
  // About 1 MiB; a thread that needs more looks some up again from time to time.
  static constexpr std::size_t kMostSeries = 4096;

  void forgetDeparted() {
    const std::uint64_t departures = departures_.load(std::memory_order_relaxed);
    if (departures == departuresSeen_) return;
    departuresSeen_ = departures;
    forgetAll();
  }
  void forgetAll();
  class OfOneThread;
  static ThreadRecorder* lookUp(CollectorCore& core);

  // The one that the thread used last. Without a destructor, so that reading it costs nothing and
  // is allowed until the very end of the thread.
  struct LastUsed {
    std::uint64_t collector;
    ThreadRecorder* recorder;
  };
  static constinit inline thread_local LastUsed lastUsed_{0, nullptr};
  static constinit inline thread_local bool ended_ = false;

  RecordingQueue queue_;
  const std::atomic<std::uint64_t>& departures_;
  std::uint64_t departuresSeen_;
  SeriesCache cache_;
};

}  // namespace orchestrator_exporter
