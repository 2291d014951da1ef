#include "metrics/promql/functions/native_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "metrics/promql/values/series.h"
#include "metrics/promql/values/summation.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Range = FloatHistogram::Range;

bool holdsZero(const Range& range) { return range.lower <= 0 && range.upper >= 0; }

// A histogram with observations of one sign only has none of the other in its zero bucket.
void narrowZero(Range& range, const FloatHistogram& histogram) {
  if (histogram.negative.empty() && !histogram.positive.empty()) range.lower = 0;
  if (histogram.positive.empty() && !histogram.negative.empty()) range.upper = 0;
}

bool isLinear(const Range& range, const FloatHistogram& histogram) {
  return histogram.hasCustomBounds() || holdsZero(range);
}

// Where in the bucket its lower `share` ends.
double valueAt(const Range& range, const FloatHistogram& histogram, double share) {
  if (isLinear(range, histogram)) return range.lower + (range.upper - range.lower) * share;
  const double logLower = std::log2(std::fabs(range.lower));
  const double logUpper = std::log2(std::fabs(range.upper));
  if (range.lower > 0) return std::exp2(logLower + (logUpper - logLower) * share);
  return -std::exp2(logUpper + (logLower - logUpper) * (1 - share));
}

// How much of the bucket is below a value within it.
double shareBelow(const Range& range, const FloatHistogram& histogram, double value) {
  if (isLinear(range, histogram)) {
    // Of a bucket without a lower bound no share is known: NaN.
    return (value - range.lower) / (range.upper - range.lower);
  }
  const double logLower = std::log2(std::fabs(range.lower));
  const double logUpper = std::log2(std::fabs(range.upper));
  const double logValue = std::log2(std::fabs(value));
  if (value > 0) return (logValue - logLower) / (logUpper - logLower);
  return 1 - (logValue - logUpper) / (logLower - logUpper);
}

}  // namespace

QuantileOfHistogram histogramQuantile(double q, const FloatHistogram& histogram) {
  if (q < 0) return {-kInfinity};
  if (q > 1) return {kInfinity};
  if (std::isnan(q) || histogram.count == 0) return {kNaN};
  const bool hasNaNs = std::isnan(histogram.sum);
  const bool fromBelow = hasNaNs || q < 0.5;
  double rank = (fromBelow ? q : 1 - q) * histogram.count;
  std::vector<Range> ranges = histogram.disjointRanges();
  if (!fromBelow) std::reverse(ranges.begin(), ranges.end());
  Range bucket;
  double count = 0;
  for (const Range& range : ranges) {
    bucket = range;
    if (range.count == 0) continue;
    count += range.count;
    if (count >= rank) break;
  }
  if (histogram.hasCustomBounds()) {
    if (bucket.lower == -kInfinity) {
      if (bucket.upper <= 0) return {bucket.upper};
      bucket.lower = 0;
    } else if (bucket.upper == kInfinity) {
      return {bucket.lower};
    }
  } else if (bucket.lower < 0 && bucket.upper > 0) {
    narrowZero(bucket, histogram);
  }
  count = std::min(count, histogram.count);
  if (count < rank) {
    if (hasNaNs) return {kNaN, NaNEffect::kResultIsNaN};
    return {bucket.upper};
  }
  rank = fromBelow ? rank - (count - bucket.count) : count - rank;
  // With NaNs Prometheus takes the rank within that bucket for one within the last.
  if (hasNaNs) bucket = ranges.back();
  return {valueAt(bucket, histogram, rank / bucket.count),
          hasNaNs ? NaNEffect::kSkewed : NaNEffect::kNone};
}

double histogramFraction(double lower, double upper, const FloatHistogram& histogram) {
  if (histogram.count == 0 || std::isnan(lower) || std::isnan(upper)) return kNaN;
  if (lower >= upper) return 0;
  std::optional<double> lowerRank;
  std::optional<double> upperRank;
  double rank = 0;
  for (Range& range : histogram.disjointRanges()) {
    // Prometheus takes any bucket that holds 0 for the zero bucket, those with custom bounds too.
    if (holdsZero(range)) narrowZero(range, histogram);
    const auto find = [&](std::optional<double>& found, double value) {
      if (found) return;
      if (range.lower >= value) {
        found = rank;
      } else if (range.upper > value) {
        found = rank + range.count * shareBelow(range, histogram, value);
      }
    };
    find(lowerRank, lower);
    find(upperRank, upper);
    rank += range.count;
  }
  // Observations that are NaN are in no bucket, and below no value.
  const double most = std::isnan(histogram.sum) ? rank : histogram.count;
  return (std::min(upperRank.value_or(most), most) - std::min(lowerRank.value_or(most), most)) /
         histogram.count;
}

double histogramVariance(const FloatHistogram& histogram) {
  const double mean = histogram.sum / histogram.count;
  Summation variance;
  for (const Range& range : histogram.disjointRanges()) {
    if (range.count == 0) continue;
    double middle = 0;
    if (histogram.hasCustomBounds()) {
      middle = (range.upper + range.lower) / 2;
    } else if (!holdsZero(range)) {
      middle = std::sqrt(range.upper * range.lower);
      if (range.upper < 0) middle = -middle;
    }
    const double off = middle - mean;
    variance.add(range.count * off * off);
  }
  return variance.result() / histogram.count;
}

}  // namespace orchestrator_exporter::promql
