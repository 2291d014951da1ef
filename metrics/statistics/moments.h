#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/promql/values/summation.h"
#include "metrics/statistics/observations.h"

namespace orchestrator_exporter::statistics {

// Mean and variance of values that come one after the other (Welford, Technometrics 4, 1962), and
// of parts put together (Chan, Golub and LeVeque 1979): no squares are subtracted from each other,
// and what rounding loses of both sums is kept, so that a large mean costs no digits: 13 of both,
// however the values are split (a deviation of 1e-8 of the mean). A NaN is counted and left out.
class Moments {
 public:
  Moments() = default;
  // Of n values that were summed up elsewhere; `squares` is the sum of (x - mean)^2.
  Moments(std::size_t n, double mean, double squares) : n_(n), mean_{mean}, squares_{squares} {}

  void add(double value);
  void merge(const Moments& other);

  std::size_t n() const { return n_; }
  std::size_t nNan() const { return nNan_; }
  double mean() const;               // NaN without values
  double variance() const;           // of the sample, divided by n-1; NaN below two values
  double standardDeviation() const;  // its root
  double squares() const { return squares_.result(); }  // sum of (x - mean)^2
  double populationStandardDeviation() const;  // divided by n, as PromQL's; NaN without values

 private:
  double distanceTo(double value) const { return (value - mean_.sum) - mean_.lost; }

  std::size_t n_ = 0;
  std::size_t nNan_ = 0;
  promql::Summation mean_;
  promql::Summation squares_;  // of the distances from the mean
};

struct Summary {
  Support support;
  double mean = 0;
  double standardDeviation = 0;
  double populationStandardDeviation = 0;
  double least = 0;
  double most = 0;
};

// In two passes with compensated sums: s^2 = (sum d^2 - (sum d)^2 / n) / (n-1), d = x - mean.
// Agrees with exact arithmetic on the given doubles to 13 digits (NIST StRD, NumAcc4).
Summary summaryOf(const Observations& observations);
double mean(std::span<const double> values);
double standardDeviation(std::span<const double> values);

// r(k) = sum of (y_i - m)(y_{i+k} - m) over i = 1..n-k, divided by the sum of (y_i - m)^2, of known
// values (Box and Jenkins). NaN if there are not more values than k, or if they are all the same.
double autocorrelation(std::span<const double> values, std::size_t lag);

// At each time the mean of the values later than `window` ms before it, as PromQL's avg_over_time.
// Times ascend. NaN if there are none.
std::vector<double> movingAverage(const Observations& observations, std::int64_t window);
// m += a (x - m), a = 1 - exp(-dt ln 2 / half-life); the first value starts it. Times in ms. A NaN
// leaves it as it was.
std::vector<double> exponentialAverage(const Observations& observations, std::int64_t halfLife);

}  // namespace orchestrator_exporter::statistics
