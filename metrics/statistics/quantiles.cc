#include "metrics/statistics/quantiles.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/statistics/distributions.h"

namespace orchestrator_exporter::statistics {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double between(double low, double high, double share) {
  // As PromQL has it, operation by operation; an infinity must not be multiplied by 0.
  return low == high || share == 0 ? low : low * (1 - share) + high * share;
}

// The same of values in any order, which it changes.
double selectQuantile(std::vector<double>& values, double p) {
  if (values.empty()) return kNaN;
  const double place = static_cast<double>(values.size() - 1) * p;
  const auto below = static_cast<std::size_t>(place);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  const double share = place - static_cast<double>(below);
  if (share == 0 || below + 1 == values.size()) return *at;
  return between(*at, *std::min_element(at + 1, values.end()), share);
}

}  // namespace

double quantileOfSorted(std::span<const double> sorted, double p) {
  if (sorted.empty() || !(p >= 0 && p <= 1)) return kNaN;
  const double place = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return between(sorted[below], sorted[above], place - static_cast<double>(below));
}

double quantile(std::span<const double> values, double p) {
  if (!(p >= 0 && p <= 1)) return kNaN;
  std::vector<double> own = known(values);
  return selectQuantile(own, p);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

double medianAbsoluteDeviation(std::span<const double> values) {
  std::vector<double> own = known(values);
  const double centre = selectQuantile(own, 0.5);
  for (double& value : own) value = std::fabs(value - centre);
  return selectQuantile(own, 0.5);
}

Percentiles percentiles(const Observations& observations, std::span<const double> wanted) {
  constexpr double kOutside = 0.025;  // on each side of a 95 % interval
  Percentiles result{supportOf(observations), {}};
  std::vector<double> sorted = known(observations.values);
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<std::int64_t>(sorted.size());
  const auto orderStatistic = [&](std::int64_t place) {
    return place < 1 || place > n ? kNaN : sorted[static_cast<std::size_t>(place - 1)];
  };
  for (const double p : wanted) {
    Percentile one{p, quantileOfSorted(sorted, p), kNaN, kNaN,
                   static_cast<double>(n) * (1 - p) < 1 - 1e-9};
    if (n > 0 && p > 0 && p < 1) {
      one.lower = orderStatistic(binomialQuantile(n, p, kOutside));
      one.upper = orderStatistic(binomialQuantile(n, p, 1 - kOutside) + 1);
    }
    result.all.push_back(one);
  }
  return result;
}

BucketQuantile bucketQuantile(std::span<const Bucket> buckets, double p) {
  BucketQuantile none{kNaN, kNaN, kNaN};
  if (buckets.size() < 2 || !(p >= 0 && p <= 1)) return none;
  std::vector<Bucket> rising(buckets.begin(), buckets.end());
  for (std::size_t i = 1; i < rising.size(); ++i) {
    rising[i].cumulative = std::max(rising[i].cumulative, rising[i - 1].cumulative);
  }
  const double all = rising.back().cumulative;
  if (!std::isinf(rising.back().bound) || !(all > 0)) return none;
  const double rank = p * all;
  const auto at = std::find_if(rising.begin(), rising.end() - 1,
                               [&](const Bucket& bucket) { return bucket.cumulative >= rank; });
  const bool isFirst = at == rising.begin();
  const double upper = at->bound;
  if (at == rising.end() - 1) return {(at - 1)->bound, (at - 1)->bound, upper};
  if (isFirst && upper <= 0) return {upper, -std::numeric_limits<double>::infinity(), upper};
  const double lower = isFirst ? 0 : (at - 1)->bound;
  const double before = isFirst ? 0 : (at - 1)->cumulative;
  const double within = at->cumulative - before;
  // A quantile of 0 may fall on an empty first bucket.
  const double share = within > 0 ? (rank - before) / within : 0;
  return {lower + (upper - lower) * share, lower, upper};
}

}  // namespace orchestrator_exporter::statistics
