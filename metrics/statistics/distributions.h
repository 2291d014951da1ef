#pragma once

#include <cstdint>

namespace orchestrator_exporter::statistics {

// The distributions that tests and intervals need, by Boost.Math: to some units in the last place.

// P(Z > z) of the standard normal distribution; accurate far into the tail (1e-300).
double normalTail(double z);
// The z with P(Z <= z) = p, 0 < p < 1.
double normalQuantile(double p);
// P(|T| > |t|) of Student's distribution, degrees of freedom > 0.
double studentTwoSided(double t, double degrees);
// The t with P(T <= t) = p, 0 < p < 1.
double studentQuantile(double p, double degrees);
// The smallest k with P(B <= k) >= q of the binomial distribution of n trials with 0 < p < 1.
std::int64_t binomialQuantile(std::int64_t n, double p, double q);
// P(K > x) of Kolmogorov's limiting distribution: 2 sum (-1)^(k-1) exp(-2 k^2 x^2).
double kolmogorovTail(double x);

}  // namespace orchestrator_exporter::statistics
