#pragma once

#include <cstdint>
#include <vector>

#include "metrics/pushed/point.h"

namespace orchestrator_exporter {

// The buckets of an exponential histogram (OpenTelemetry data model, "ExponentialHistogram"), in
// the finest scale in which they are few enough: bucket i holds what lies in
// (2^(i * 2^-scale), 2^((i+1) * 2^-scale)], negative ones by their absolute value.
class ExponentialCounts {
 public:
  static constexpr std::int32_t kFinestScale = 8;   // of Prometheus' native histograms
  static constexpr std::size_t kMostBuckets = 160;  // of each sign

  // Consecutive buckets from index `begin` on.
  struct Run {
    std::int64_t begin = 0;
    std::vector<std::uint64_t> counts = {};

    std::int64_t end() const { return begin + static_cast<std::int64_t>(counts.size()); }
  };

  ExponentialCounts() = default;
  explicit ExponentialCounts(const ExponentialPoint& point);

  std::int32_t scale() const { return scale_; }
  std::uint64_t zeroCount() const { return zeroCount_; }
  double zeroThreshold() const { return zeroThreshold_; }
  const Run& positive() const { return positive_; }
  const Run& negative() const { return negative_; }

  void add(const ExponentialCounts& other);
  // What `other` holds must be in here.
  void subtract(const ExponentialCounts& other);
  // Whether every bucket of `other`, in the coarser scale of both, has at most what this one has.
  bool covers(const ExponentialCounts& other) const;

 private:
  void coarsen(std::int32_t scale);
  void fit();

  std::int32_t scale_ = kFinestScale;
  double zeroThreshold_ = 0;
  std::uint64_t zeroCount_ = 0;
  Run positive_;
  Run negative_;
};

}  // namespace orchestrator_exporter
