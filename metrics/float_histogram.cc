#include "metrics/float_histogram.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "metrics/base/errors.h"

namespace orchestrator_exporter {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr int kExponentOfInfinity = 1024;

// 2^(i / 256) / 2, from which the bounds of every schema are taken: the product of the roots of 2
// that the bits of i stand for, the largest first. As Prometheus has them to the last bit, its
// square root of a half included, which is not the nearest one.
const std::array<double, 256>& fractions() {
  static const auto table = [] {
    constexpr double kRootOfHalf = 0.7071067811865475;
    std::array<double, 8> roots{2 * kRootOfHalf};
    double root = std::sqrt(2.0);
    for (std::size_t i = 1; i < roots.size(); ++i) roots[i] = root = std::sqrt(root);
    std::array<double, 256> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = 0.5;
      for (std::size_t bit = 0; bit < roots.size(); ++bit) {
        if ((i >> (roots.size() - 1 - bit) & 1) != 0) all[i] *= roots[bit];
      }
    }
    return all;
  }();
  return table;
}

// The largest bucket ends at the largest number, so that only infinity lies beyond it.
double powerOfTwo(double fraction, std::int64_t exponent) {
  constexpr std::int64_t kFar = 5000;
  const auto near = static_cast<int>(std::clamp(exponent, -kFar, kFar));
  if (fraction == 0.5 && near == kExponentOfInfinity + 1) return kLargest;
  return std::ldexp(fraction, near);
}

double exponentialBound(std::int32_t index, std::int32_t schema) {
  const std::int64_t i = index;
  if (schema < 0) return powerOfTwo(0.5, i * (std::int64_t{1} << -schema) + 1);
  const std::int64_t place = i & ((std::int64_t{1} << schema) - 1);
  const auto step = static_cast<std::size_t>(place << (FloatHistogram::kFinestSchema - schema));
  return powerOfTwo(fractions()[step], (i >> schema) + 1);
}

bool sameBits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool sameBuckets(const FloatHistogram::Buckets& a, const FloatHistogram::Buckets& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.index == y.index && sameBits(x.count, y.count);
  });
}

// Further from 0 than any bucket of a double at the finest schema.
constexpr std::int64_t kMostDistant = std::int64_t{1} << 30;

// Calls take(index, place) for each bucket that the spans tell of.
template <class Take>
void eachOfSpans(std::span<const NativeSpan> spans, std::size_t count, Take take) {
  std::int64_t index = 0;
  std::size_t place = 0;
  for (const NativeSpan& span : spans) {
    index += span.offset;
    if (span.length > count - place) {
      throw ParseError("the spans of a histogram have more buckets than there are counts");
    }
    for (std::uint32_t i = 0; i < span.length; ++i, ++index, ++place) {
      if (index > kMostDistant || index < -kMostDistant) {
        throw ParseError("a span of a histogram is out of range");
      }
      take(static_cast<std::int32_t>(index), place);
    }
  }
  if (place != count) {
    throw ParseError("the spans of a histogram have fewer buckets than there are counts");
  }
}

void requireValidBuckets(const FloatHistogram::Buckets& buckets) {
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i].count < 0) throw ParseError("a bucket of a histogram has a count below zero");
    if (i > 0 && buckets[i].index <= buckets[i - 1].index) {
      throw ParseError("the spans of a histogram overlap");
    }
  }
}

void requireValidBounds(const FloatHistogram& histogram) {
  const std::vector<double>& bounds = histogram.customBounds;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const bool rises = i == 0 || bounds[i] > bounds[i - 1];
    if (!std::isfinite(bounds[i]) || !rises) {
      throw ParseError("the custom bounds of a histogram do not ascend");
    }
  }
  const FloatHistogram::Buckets& buckets = histogram.positive;
  const auto most = static_cast<std::int64_t>(bounds.size());
  if (!buckets.empty() && (buckets.front().index < 0 || buckets.back().index > most)) {
    throw ParseError("a histogram has buckets outside of its custom bounds");
  }
  if (histogram.zeroCount != 0 || histogram.zeroThreshold != 0 || !histogram.negative.empty()) {
    throw ParseError("a histogram with custom bounds has a zero bucket or negative buckets");
  }
}

}  // namespace

double FloatHistogram::upperBound(std::int32_t index) const {
  if (!hasCustomBounds()) return exponentialBound(index, schema);
  if (index < 0) return -kInfinity;
  const auto place = static_cast<std::size_t>(index);
  return place < customBounds.size() ? customBounds[place] : kInfinity;
}

double FloatHistogram::lowerBound(std::int32_t index) const { return upperBound(index - 1); }

std::vector<FloatHistogram::Range> FloatHistogram::ranges() const {
  std::vector<Range> all;
  all.reserve(negative.size() + positive.size() + 1);
  for (auto bucket = negative.rbegin(); bucket != negative.rend(); ++bucket) {
    all.push_back(
        {-upperBound(bucket->index), -lowerBound(bucket->index), true, false, bucket->count});
  }
  if (zeroCount != 0 && !hasCustomBounds())
    all.push_back({-zeroThreshold, zeroThreshold, true, true, zeroCount});
  for (const Bucket& bucket : positive) {
    const double lower = lowerBound(bucket.index);
    all.push_back({lower, upperBound(bucket.index), hasCustomBounds() && lower == -kInfinity, true,
                   bucket.count});
  }
  return all;
}

std::vector<FloatHistogram::Range> FloatHistogram::disjointRanges() const {
  std::vector<Range> all = ranges();
  if (hasCustomBounds()) return all;
  if (!(zeroCount > 0)) {
    std::erase_if(all, [](const Range& range) { return range.lowerClosed && range.upperClosed; });
  }
  for (Range& range : all) {
    if (range.upper < 0 && range.upper > -zeroThreshold) range.upper = -zeroThreshold;
    if (range.lower > 0 && range.lower < zeroThreshold) range.lower = zeroThreshold;
  }
  return all;
}

bool operator==(const FloatHistogram& a, const FloatHistogram& b) {
  if (a.schema != b.schema || !sameBits(a.count, b.count) || !sameBits(a.sum, b.sum)) return false;
  if (!sameBuckets(a.positive, b.positive)) return false;
  if (a.hasCustomBounds()) return std::ranges::equal(a.customBounds, b.customBounds, sameBits);
  return a.zeroThreshold == b.zeroThreshold && sameBits(a.zeroCount, b.zeroCount) &&
         sameBuckets(a.negative, b.negative);
}

FloatHistogram::Buckets bucketsOf(std::span<const NativeSpan> spans,
                                  std::span<const double> counts) {
  FloatHistogram::Buckets buckets;
  buckets.reserve(counts.size());
  eachOfSpans(spans, counts.size(), [&](std::int32_t index, std::size_t place) {
    buckets.push_back({index, counts[place]});
  });
  return buckets;
}

FloatHistogram::Buckets bucketsOf(std::span<const NativeSpan> spans,
                                  std::span<const std::int64_t> deltas) {
  FloatHistogram::Buckets buckets;
  buckets.reserve(deltas.size());
  std::uint64_t count = 0;  // wraps around instead of an overflow
  eachOfSpans(spans, deltas.size(), [&](std::int32_t index, std::size_t place) {
    count += static_cast<std::uint64_t>(deltas[place]);
    buckets.push_back({index, static_cast<double>(static_cast<std::int64_t>(count))});
  });
  return buckets;
}

void requireValid(const FloatHistogram& histogram) {
  const std::int32_t schema = histogram.schema;
  const bool isExponential =
      schema >= FloatHistogram::kCoarsestSchema && schema <= FloatHistogram::kFinestSchema;
  if (!isExponential && !histogram.hasCustomBounds()) {
    throw ParseError("a histogram has the unknown schema " + std::to_string(schema));
  }
  if (histogram.count < 0 || histogram.zeroCount < 0) {
    throw ParseError("a histogram has a count below zero");
  }
  requireValidBuckets(histogram.positive);
  requireValidBuckets(histogram.negative);
  if (histogram.hasCustomBounds()) {
    requireValidBounds(histogram);
  } else if (!histogram.customBounds.empty()) {
    throw ParseError("a histogram with an exponential schema has custom bounds");
  }
}

FloatHistogram floatHistogramOf(const HistogramValue& value, const NativeBuckets& native) {
  FloatHistogram histogram;
  histogram.schema = native.schema;
  histogram.zeroThreshold = native.zeroThreshold;
  histogram.zeroCount = static_cast<double>(native.zeroCount);
  histogram.count = static_cast<double>(value.count);
  histogram.sum = value.sum;
  histogram.positive = bucketsOf(native.positiveSpans, native.positiveDeltas);
  histogram.negative = bucketsOf(native.negativeSpans, native.negativeDeltas);
  return histogram;
}

}  // namespace orchestrator_exporter
