#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "metrics/sample.h"

namespace orchestrator_exporter {

// A sample that is a histogram of its own (Prometheus native histograms), its counts as numbers
// that may be fractions. Exponential: bucket i of schema s holds observations in
// (2^((i-1)*2^-s), 2^(i*2^-s)], its mirror image among the negative ones, and what is no further
// from 0 than the zero threshold has a bucket of its own. With custom bounds: bucket i holds what
// is above the bound before and not above bound i, the last what is above all.
struct FloatHistogram {
  static constexpr std::int32_t kCoarsestSchema = -4;
  static constexpr std::int32_t kFinestSchema = 8;
  static constexpr std::int32_t kCustomSchema = -53;

  // What is known of the sample against the one before it.
  enum class Hint : std::uint8_t { kUnknown, kReset, kNotReset, kGauge };

  struct Bucket {
    std::int32_t index = 0;
    double count = 0;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };
  using Buckets = std::vector<Bucket>;  // ascending by index; empty ones may be left out

  // A bucket with its bounds.
  struct Range {
    double lower = 0;
    double upper = 0;
    bool lowerClosed = false;
    bool upperClosed = false;
    double count = 0;
  };

  Hint hint = Hint::kUnknown;
  std::int32_t schema = 0;
  double zeroThreshold = 0;
  double zeroCount = 0;
  double count = 0;
  double sum = 0;
  Buckets positive = {};
  Buckets negative = {};                  // by the index of their mirror image
  std::vector<double> customBounds = {};  // of kCustomSchema: finite, strictly ascending

  bool hasCustomBounds() const { return schema == kCustomSchema; }

  // How many samples that are numbers take the same memory, about.
  std::size_t weight() const { return 10 + positive.size() + negative.size(); }

  // The upper bound of a bucket of positive observations; that of the one before is its lower one.
  double upperBound(std::int32_t index) const;
  double lowerBound(std::int32_t index) const;

  // All buckets as they are, in the order of their bounds.
  std::vector<Range> ranges() const;
  // The same, those next to the zero bucket cut where it begins; it is left out unless it counts
  // more than nothing.
  std::vector<Range> disjointRanges() const;

  // Whether all numbers are the same to the last bit, hints aside.
  friend bool operator==(const FloatHistogram& a, const FloatHistogram& b);
};

using HistogramPointer = std::shared_ptr<const FloatHistogram>;

struct TimedHistogram {
  std::int64_t time = 0;  // milliseconds since 1970 UTC
  HistogramPointer histogram;
};

// The buckets that spans and counts say, as on the wire. Throws ParseError if they do not fit
// together.
FloatHistogram::Buckets bucketsOf(std::span<const NativeSpan> spans,
                                  std::span<const double> counts);
// The same for whole counts, each as the difference to the one before.
FloatHistogram::Buckets bucketsOf(std::span<const NativeSpan> spans,
                                  std::span<const std::int64_t> deltas);

// Throws ParseError, naming the reason, if it is none that a source may give: an unknown schema,
// counts below zero, bounds that do not ascend, buckets outside of them.
void requireValid(const FloatHistogram& histogram);

// A histogram with native buckets as a sample.
FloatHistogram floatHistogramOf(const HistogramValue& value, const NativeBuckets& native);

}  // namespace orchestrator_exporter
