#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::statistics {

// Additive exponential smoothing with a damped trend, and with a season or without (Hyndman et al.,
// Forecasting with Exponential Smoothing, 2008: ETS(A,Ad,A) and ETS(A,Ad,N)). For a value y, with
// the level l, the trend b and the season's s of one period ago:
//   e = y - (l + phi b + s);  l += phi b + alpha e;  b = phi b + beta e;  s += gamma e
struct Smoothing {
  double alpha = 0;        // of the level: 0..1
  double beta = 0;         // of the trend: 0..alpha
  double gamma = 0;        // of the season: 0..1-alpha
  double phi = 1;          // of the damping: 0.8..0.98 where it is fitted
  std::size_t period = 1;  // values a season; 1 if there is none
};

// The last value for ever, and the value of one period ago: both are such models too.
Smoothing lastValue();
Smoothing seasonalNaive(std::size_t period);

// A model on its way through values at even distances. A NaN moves it on without teaching it.
class Smoother {
 public:
  // Begins with states from the first two periods of `start`; without a season from its first ten
  // values.
  Smoother(const Smoothing& model, std::span<const double> start);

  // Takes the next value and returns the error of its forecast, NaN for a NaN.
  double add(double value);
  // What is expected `ahead` values after the last, 1 for the next.
  double forecast(std::size_t ahead) const;
  // The deviation of that, in those of one step ahead: sqrt(1 + sum over j < ahead of c_j^2),
  // c_j = alpha + beta (phi + .. + phi^j) + gamma [j mod period = 0].
  double spread(std::size_t ahead) const;
  // The deviation of all one-step errors so far, without the first period or ten values.
  double residualDeviation() const;

 private:
  Smoothing model_;
  double level_ = 0;
  double trend_ = 0;
  std::vector<double> season_;  // of the next value at place_
  std::size_t place_ = 0;
  std::size_t taken_ = 0;
  std::size_t errors_ = 0;
  double squares_ = 0;
};

// The model with the least squared one-step errors over the values: a coarse grid, then Nelder and
// Mead's search (Computer Journal 7, 1965). A period above 1 needs two whole ones.
Smoothing fitDampedTrend(std::span<const double> values);
Smoothing fitHoltWinters(std::span<const double> values, std::size_t period);

}  // namespace orchestrator_exporter::statistics
