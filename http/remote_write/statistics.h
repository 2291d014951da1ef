#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "http/remote_write/queue/block.h"
#include "http/remote_write/queue/segments.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::remote_write {

// How many of each kind there were, since the start.
struct Totals {
  std::uint64_t samples = 0;
  std::uint64_t histograms = 0;
  std::uint64_t exemplars = 0;

  Totals& operator+=(const Amounts& amounts) {
    samples += amounts.samples;
    histograms += amounts.histograms;
    exemplars += amounts.exemplars;
    return *this;
  }
};

// What became of what one destination was to get. Any thread may call anything.
class Statistics {
 public:
  // Each block once, when it is first sent.
  void countSent(const Amounts& amounts);
  void countRetried(const Amounts& amounts);
  void countRefused(const Amounts& amounts);
  // The time of its samples in milliseconds since 1970.
  void countTaken(std::int64_t time, std::size_t bytes);
  void countTooOld(const Amounts& amounts);
  void countDroppedSeries(std::uint64_t samples);
  void countAnswer(std::chrono::duration<double> duration);
  void countMetadata(std::uint64_t families);
  void countMetadataTaken(std::size_t bytes);
  void countMetadataRetried(std::uint64_t families);
  void countMetadataRefused(std::uint64_t families);

  // What is said of a destination besides what was counted.
  struct Facts {
    std::string_view name;
    std::string_view url;
    std::size_t samplesPerSend;
    std::size_t shards;
    std::size_t shardsMin;
    std::size_t shardsMax;
    std::size_t capacity;
    Backlog waiting;
    Backlog full;  // what was dropped because it took more than it may
  };
  // The families that Prometheus has for its own sending, under its names.
  void give(const Facts& facts, Sink& out) const;

 private:
  // Prometheus' buckets of prometheus_remote_storage_sent_batch_duration_seconds.
  static constexpr std::array kBounds = {.005, .01, .025, .05,  .1,   .25,   .5,   1.0,
                                         2.5,  5.0, 10.0, 25.0, 60.0, 120.0, 300.0};

  void giveDurations(std::span<const Label> labels, Sink& out) const;

  mutable std::mutex mutex_;  // guards what follows
  Totals sent_;
  Totals retried_;
  Totals refused_;
  Totals tooOld_;
  std::uint64_t droppedSeries_ = 0;
  std::uint64_t bytes_ = 0;
  double highestTime_ = 0;  // Unix seconds
  std::uint64_t metadata_ = 0;
  std::uint64_t metadataRetried_ = 0;
  std::uint64_t metadataRefused_ = 0;
  std::uint64_t metadataBytes_ = 0;
  std::array<std::uint64_t, kBounds.size() + 1> durations_ = {};
  double durationSum_ = 0;
};

}  // namespace orchestrator_exporter::remote_write
