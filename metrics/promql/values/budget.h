#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <utility>

#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

// What one query may take: samples in memory, time, and its asker's patience.
class Budget {
 public:
  Budget(std::size_t maxSamples, std::chrono::steady_clock::time_point deadline,
         std::stop_token stop)
      : maxSamples_(maxSamples), deadline_(deadline), stop_(std::move(stop)) {}

  // Counts samples as held. Throws if these are too many.
  void hold(std::size_t samples) {
    held_ += samples;
    if (held_ > peak_) peak_ = held_;
    if (held_ > maxSamples_) failSamples();
  }
  std::size_t held() const { return held_; }
  std::size_t peak() const { return peak_; }
  std::size_t left() const { return maxSamples_ - held_; }
  // So many are held now.
  void setHeld(std::size_t samples) { held_ = samples; }

  // Counts samples as looked at: each at every step that looks at it. Nothing limits them.
  void see(std::size_t samples) { seen_ += samples; }
  std::uint64_t seen() const { return seen_; }
  // Takes back what does not count, or adds what was evaluated once for several steps.
  void setSeen(std::uint64_t samples) { seen_ = samples; }

  // Throws if the time is over or nobody waits any longer. Cheap: to be called for each series.
  void check() {
    constexpr unsigned kEvery = 64;
    if (++checks_ % kEvery == 0) checkNow();
  }
  void checkNow() const;

  [[noreturn]] static void failSamples() {
    throw QueryError(QueryError::Kind::kExecution,
                     "query processing would load too many samples into memory in query execution");
  }

 private:
  std::size_t maxSamples_;
  std::chrono::steady_clock::time_point deadline_;
  std::stop_token stop_;
  std::size_t held_ = 0;
  std::size_t peak_ = 0;
  std::uint64_t seen_ = 0;
  unsigned checks_ = 0;
};

}  // namespace orchestrator_exporter::promql
