#include "metrics/promql/functions/classic_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Sorts by bound and adds up buckets of one bound. False if the last bound is not infinite.
bool arrange(std::vector<Bucket>& buckets) {
  // Mostly they come so, and a stable sort takes memory.
  if (!std::ranges::is_sorted(buckets, {}, &Bucket::bound)) {
    std::ranges::stable_sort(buckets, {}, &Bucket::bound);
  }
  if (buckets.back().bound != kInfinity) return false;
  std::size_t last = 0;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    if (buckets[i].bound == buckets[last].bound) {
      buckets[last].count += buckets[i].count;
    } else {
      buckets[++last] = buckets[i];
    }
  }
  buckets.resize(last + 1);
  return true;
}

// Whether they differ by no more than rounding may make.
bool almostEqual(double a, double b) {
  constexpr double kTolerance = 1e-12;
  constexpr double kSmallestNormal = std::numeric_limits<double>::min();
  if ((std::isnan(a) && std::isnan(b)) || a == b) return true;
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kSmallestNormal) return difference < kTolerance * kSmallestNormal;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

// Makes counts rise with the bounds. True if one had to be raised by more than rounding explains.
bool makeMonotonic(std::vector<Bucket>& buckets) {
  bool raised = false;
  double before = buckets.front().count;
  for (std::size_t i = 1; i < buckets.size(); ++i) {
    double& count = buckets[i].count;
    if (count == before) continue;
    if (almostEqual(before, count)) {
      count = before;
    } else if (count < before) {
      count = before;
      raised = true;
    } else {
      before = count;
    }
  }
  return raised;
}

}  // namespace

QuantileOfBuckets bucketQuantile(double q, std::vector<Bucket>& buckets) {
  if (std::isnan(q)) return {kNaN};
  if (q < 0) return {-kInfinity};
  if (q > 1) return {kInfinity};
  if (!arrange(buckets)) return {kNaN};
  const bool raised = makeMonotonic(buckets);
  const double total = buckets.back().count;
  if (buckets.size() < 2 || total == 0 || std::isnan(total)) return {kNaN, false};
  double rank = q * total;
  const auto found = std::find_if(buckets.begin(), buckets.end() - 1,
                                  [rank](const Bucket& bucket) { return bucket.count >= rank; });
  if (found == buckets.end() - 1) return {(found - 1)->bound, raised};
  if (found == buckets.begin() && found->bound <= 0) return {found->bound, raised};
  double start = 0;
  double count = found->count;
  if (found != buckets.begin()) {
    start = (found - 1)->bound;
    count -= (found - 1)->count;
    rank -= (found - 1)->count;
  }
  return {start + (found->bound - start) * (rank / count), raised};
}

double bucketFraction(double lower, double upper, std::vector<Bucket>& buckets) {
  if (!arrange(buckets)) return kNaN;
  const double total = buckets.back().count;
  if (total == 0 || std::isnan(lower) || std::isnan(upper)) return kNaN;
  if (lower >= upper) return 0;
  // How much was counted below a value.
  const auto countBelow = [&buckets, total](double value) {
    double below = 0;
    double start = -kInfinity;
    for (const Bucket& bucket : buckets) {
      if (start >= value) return std::min(below, total);
      if (bucket.bound > value) {
        const double count =
            below + (bucket.count - below) * (value - start) / (bucket.bound - start);
        return count > total ? total : count;
      }
      below = bucket.count;
      start = bucket.bound;
    }
    return total;
  };
  const double below = countBelow(lower);
  return (countBelow(upper) - below) / total;
}

}  // namespace orchestrator_exporter::promql
