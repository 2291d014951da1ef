#include "metrics/promql/values/histogram_arithmetic.h"

#include <algorithm>
#include <utility>

namespace orchestrator_exporter::promql {

namespace {

using Buckets = FloatHistogram::Buckets;
using Bucket = FloatHistogram::Bucket;
using Hint = FloatHistogram::Hint;

// The buckets of one sign at a coarser schema.
Buckets reduced(const Buckets& buckets, std::int32_t from, std::int32_t to) {
  if (from <= to) return buckets;
  Buckets merged;
  for (const Bucket& bucket : buckets) {
    const std::int32_t index = ((bucket.index - 1) >> (from - to)) + 1;
    if (!merged.empty() && merged.back().index == index) {
      merged.back().count += bucket.count;
    } else {
      merged.push_back({index, bucket.count});
    }
  }
  return merged;
}

struct ZeroBucket {
  double threshold = 0;
  double count = 0;
};

// What the zero bucket has if it reaches at least to `threshold`, and how far it reaches then.
ZeroBucket widenedZero(const FloatHistogram& histogram, double threshold) {
  if (threshold == histogram.zeroThreshold) return {threshold, histogram.zeroCount};
  // Adds up the buckets of one sign; true if the threshold had to grow.
  double count = 0;
  const auto swallow = [&](const Buckets& buckets) {
    for (const Bucket& bucket : buckets) {
      if (histogram.lowerBound(bucket.index) >= threshold) break;
      count += bucket.count;
      const double upper = histogram.upperBound(bucket.index);
      if (upper <= threshold) continue;
      if (bucket.count == 0) break;
      threshold = upper;
      return true;
    }
    return false;
  };
  do {
    count = histogram.zeroCount;
    swallow(histogram.positive);
  } while (swallow(histogram.negative));
  return {threshold, count};
}

// Makes the zero bucket as wide as told, which takes in the buckets within it.
void setZero(FloatHistogram& histogram, const ZeroBucket& zero) {
  histogram.zeroThreshold = zero.threshold;
  histogram.zeroCount = zero.count;
  for (Buckets* buckets : {&histogram.positive, &histogram.negative}) {
    std::erase_if(*buckets, [&](const Bucket& bucket) {
      return histogram.lowerBound(bucket.index) < zero.threshold;
    });
  }
}

// Brings the zero buckets to one width; returns what the other's counts then.
double reconcileZeros(FloatHistogram& histogram, const FloatHistogram& other) {
  ZeroBucket theirs{other.zeroThreshold, other.zeroCount};
  while (theirs.threshold != histogram.zeroThreshold) {
    if (histogram.zeroThreshold > theirs.threshold) {
      theirs = widenedZero(other, histogram.zeroThreshold);
    }
    if (theirs.threshold > histogram.zeroThreshold) {
      setZero(histogram, widenedZero(histogram, theirs.threshold));
    }
  }
  return theirs.count;
}

// Adds `others` times the sign to the buckets; those within the zero bucket are counted there.
void addBuckets(const FloatHistogram& histogram, Buckets& buckets, const Buckets& others,
                double sign) {
  Buckets sum;
  sum.reserve(buckets.size() + others.size());
  auto mine = buckets.begin();
  for (const Bucket& other : others) {
    if (!histogram.hasCustomBounds() &&
        histogram.upperBound(other.index) <= histogram.zeroThreshold) {
      continue;
    }
    while (mine != buckets.end() && mine->index < other.index) sum.push_back(*mine++);
    if (mine != buckets.end() && mine->index == other.index) {
      sum.push_back({other.index, mine->count + sign * other.count});
      ++mine;
    } else {
      sum.push_back({other.index, sign * other.count});
    }
  }
  sum.insert(sum.end(), mine, buckets.end());
  buckets = std::move(sum);
}

// A gauge stays one; of a counter it is only known whether it was reset if both say the same.
Hint joinedHint(Hint one, Hint other) {
  if (one == other) return one;
  return one == Hint::kGauge || other == Hint::kGauge ? Hint::kGauge : Hint::kUnknown;
}

std::optional<Mismatch> accumulate(FloatHistogram& histogram, const FloatHistogram& other,
                                   double sign) {
  if (histogram.hasCustomBounds() != other.hasCustomBounds()) return Mismatch::kKinds;
  if (histogram.customBounds != other.customBounds) return Mismatch::kBounds;
  histogram.hint = joinedHint(histogram.hint, other.hint);
  histogram.zeroCount += sign * reconcileZeros(histogram, other);
  histogram.count += sign * other.count;
  histogram.sum += sign * other.sum;
  const std::int32_t schema = std::min(histogram.schema, other.schema);
  reduceTo(histogram, schema);
  addBuckets(histogram, histogram.positive, reduced(other.positive, other.schema, schema), sign);
  addBuckets(histogram, histogram.negative, reduced(other.negative, other.schema, schema), sign);
  return std::nullopt;
}

// Calls change(count) for each number of observations and for the sum.
template <class Change>
void changeAll(FloatHistogram& histogram, Change change) {
  change(histogram.count);
  change(histogram.sum);
  change(histogram.zeroCount);
  for (Bucket& bucket : histogram.positive) change(bucket.count);
  for (Bucket& bucket : histogram.negative) change(bucket.count);
}

// Whether a bucket has fewer observations than before, at the schema and outside the zero bucket of
// the later histogram.
bool fell(const FloatHistogram& histogram, const Buckets& buckets, const FloatHistogram& before,
          const Buckets& bucketsBefore) {
  auto mine = buckets.begin();
  for (const Bucket& earlier : reduced(bucketsBefore, before.schema, histogram.schema)) {
    if (!histogram.hasCustomBounds() &&
        histogram.upperBound(earlier.index) <= histogram.zeroThreshold) {
      continue;
    }
    while (mine != buckets.end() && mine->index < earlier.index) ++mine;
    const bool isThere = mine != buckets.end() && mine->index == earlier.index;
    if (isThere ? mine->count < earlier.count : earlier.count != 0) return true;
  }
  return false;
}

}  // namespace

std::optional<Mismatch> add(FloatHistogram& histogram, const FloatHistogram& other) {
  return accumulate(histogram, other, 1);
}

std::optional<Mismatch> subtract(FloatHistogram& histogram, const FloatHistogram& other) {
  return accumulate(histogram, other, -1);
}

std::optional<Mismatch> moveMean(FloatHistogram& mean, const FloatHistogram& histogram,
                                 double count) {
  FloatHistogram change = histogram;
  divide(change, count);
  FloatHistogram share = mean;
  divide(share, count);
  if (const auto mismatch = subtract(change, share)) return mismatch;
  return add(mean, change);
}

void multiply(FloatHistogram& histogram, double factor) {
  changeAll(histogram, [factor](double& number) { number *= factor; });
}

void divide(FloatHistogram& histogram, double divisor) {
  changeAll(histogram, [divisor](double& number) { number /= divisor; });
  if (divisor != 0) return;
  histogram.positive.clear();
  histogram.negative.clear();
}

HistogramPointer scaled(const FloatHistogram& histogram, double factor) {
  auto copy = std::make_shared<FloatHistogram>(histogram);
  multiply(*copy, factor);
  return copy;
}

HistogramPointer divided(const FloatHistogram& histogram, double divisor) {
  auto copy = std::make_shared<FloatHistogram>(histogram);
  divide(*copy, divisor);
  return copy;
}

void reduceTo(FloatHistogram& histogram, std::int32_t schema) {
  if (histogram.hasCustomBounds() || schema == FloatHistogram::kCustomSchema) return;
  if (histogram.schema <= schema) return;
  histogram.positive = reduced(histogram.positive, histogram.schema, schema);
  histogram.negative = reduced(histogram.negative, histogram.schema, schema);
  histogram.schema = schema;
}

void compact(FloatHistogram& histogram) {
  const auto isEmpty = [](const Bucket& bucket) { return bucket.count == 0; };
  std::erase_if(histogram.positive, isEmpty);
  std::erase_if(histogram.negative, isEmpty);
}

bool isResetAfter(const FloatHistogram& histogram, const FloatHistogram& before) {
  if (histogram.hint == Hint::kReset) return true;
  if (histogram.hint == Hint::kNotReset) return false;
  if (histogram.count < before.count) return true;
  if (histogram.hasCustomBounds() != before.hasCustomBounds() ||
      histogram.customBounds != before.customBounds) {
    return true;
  }
  if (histogram.schema > before.schema || histogram.zeroThreshold < before.zeroThreshold) {
    return true;
  }
  if (!histogram.hasCustomBounds()) {
    const ZeroBucket zero = widenedZero(before, histogram.zeroThreshold);
    if (zero.threshold != histogram.zeroThreshold || histogram.zeroCount < zero.count) return true;
  }
  return fell(histogram, histogram.positive, before, before.positive) ||
         fell(histogram, histogram.negative, before, before.negative);
}

}  // namespace orchestrator_exporter::promql
