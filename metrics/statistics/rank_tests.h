#pragma once

#include <span>
#include <vector>

namespace orchestrator_exporter::statistics {

// Whether two samples come from one distribution, without saying which. NaN is left out.

// Mann and Whitney's U (Annals of Mathematical Statistics 18, 1947) of `b` over `a`, by the normal
// approximation with tie correction and continuity correction.
struct RankTest {
  double u = 0;           // pairs in which b is larger; half for ties
  double z = 0;           // above 0: b is larger
  double p = 1;           // two-sided; 1 if a sample is empty or all values are the same
  double cliffDelta = 0;  // P(b > a) - P(b < a), -1..1 (Cliff, Psychological Bulletin 114, 1993)
};
RankTest mannWhitney(std::span<const double> a, std::span<const double> b);

// Hodges and Lehmann's shift (Annals of Mathematical Statistics 34, 1963): the median of all
// differences b - a. Samples of more than 2,000 values are thinned evenly first. NaN if one is
// empty.
double hodgesLehmannShift(std::span<const double> a, std::span<const double> b);

// Kolmogorov and Smirnov's largest distance of the two empirical distributions, and its p by the
// limiting distribution at D sqrt(n m / (n + m)).
struct DistanceTest {
  double d = 0;
  double p = 1;
};
DistanceTest kolmogorovSmirnov(std::span<const double> a, std::span<const double> b);

// What is left of a serially correlated sample if its values are to be independent: n (1-r)/(1+r)
// of them, evenly spread, where r is its lag-1 autocorrelation, 0 if that is negative.
std::vector<double> thinned(std::span<const double> values);

}  // namespace orchestrator_exporter::statistics
