#pragma once

#include <cstdint>
#include <memory>

#include "metrics/recording_queue.h"
#include "metrics/series_cache.h"

namespace exporter {

class CollectorCore;

// One thread's way into one collector: its queue, and the series it has recorded to so far.
class ThreadRecorder {
 public:
  explicit ThreadRecorder(CollectorCore& core);

  // The calling thread's; made at its first record, given up when it ends. Null while the thread's
  // own objects are being destroyed: then nothing can be remembered for it any more.
  static ThreadRecorder* ofThisThread(CollectorCore& core);

  // What is pending for this series; null where make() gives null, that is for bad identifiers.
  template <std::size_t kParts, typename Make>
  Pending* find(const SeriesKey<kParts>& key, Make make) {
    forgetDeparted();
    if (Pending* known = cache_.find(key)) [[likely]]
      return known;
    std::unique_ptr<Pending> made = make();
    if (made == nullptr) return nullptr;
    if (cache_.size() >= kMostSeries) forgetAll();
    return &cache_.insert(key, std::move(made));
  }

  RecordingQueue& queue() { return queue_; }

 private:
  // About 1 MiB; a thread that needs more looks some up again from time to time.
  static constexpr std::size_t kMostSeries = 4096;

  void forgetDeparted() {
    const std::uint64_t departures = departures_.load(std::memory_order_relaxed);
    if (departures == departuresSeen_) [[likely]]
      return;
    departuresSeen_ = departures;
    forgetAll();
  }
  void forgetAll();

  RecordingQueue queue_;
  const std::atomic<std::uint64_t>& departures_;
  std::uint64_t departuresSeen_;
  SeriesCache cache_;
};

}  // namespace exporter
