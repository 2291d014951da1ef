#pragma once

#include <array>
#include <span>
#include <vector>

#include "metrics/statistics/observations.h"

namespace orchestrator_exporter::statistics {

// Quantiles of samples by Hyndman and Fan's type 7 (The American Statistician 50, 1996), as in
// PromQL, NumPy and R: with h = (n-1)p, linear between the sorted values around place h. Exact to
// the rounding of that one interpolation. 0 <= p <= 1; NaN if there are no values.

double quantileOfSorted(std::span<const double> sorted, double p);
double quantile(std::span<const double> values, double p);
double median(std::span<const double> values);

// The median of the distances from the median, not scaled. For normal values 1.4826 times that is
// the standard deviation.
double medianAbsoluteDeviation(std::span<const double> values);
inline constexpr double kMadToDeviation = 1.4826;

struct Percentile {
  double p = 0;
  double value = 0;
  // The order statistics that hold the percentile with 95 % (binomial, distribution-free); NaN if
  // there are too few values for one.
  double lower = 0;
  double upper = 0;
  bool lowSupport = false;  // fewer than 1 / (1-p) values
};

struct Percentiles {
  Support support;
  std::vector<Percentile> all;
};

inline constexpr std::array<double, 5> kUsualPercentiles = {0.5, 0.9, 0.95, 0.99, 0.999};

Percentiles percentiles(const Observations& observations,
                        std::span<const double> wanted = kUsualPercentiles);

// A bucket of a classic histogram: how many values, or how many a second, are not above the bound.
struct Bucket {
  double bound = 0;
  double cumulative = 0;
};

// A quantile of a histogram, and the bounds of the bucket that holds it.
struct BucketQuantile {
  double value = 0;
  double lower = 0;
  double upper = 0;
};

// PromQL's histogram_quantile over buckets that were added up first: percentiles are never
// averaged. Bounds ascend, the last is +Inf; counts that fall are taken as the largest before. In
// the last bucket the value is the last finite bound. All NaN without values or finite bounds.
BucketQuantile bucketQuantile(std::span<const Bucket> buckets, double p);

}  // namespace orchestrator_exporter::statistics
