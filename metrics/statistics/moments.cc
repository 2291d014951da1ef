#include "metrics/statistics/moments.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "metrics/promql/values/summation.h"

namespace orchestrator_exporter::statistics {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Sums of the distances from a centre that is nearly the mean.
struct Distances {
  double sum = 0;
  double squares = 0;  // about the true mean
};

Distances distances(std::span<const double> values, double centre) {
  promql::Summation total;
  promql::Summation squares;
  for (const double value : values) {
    const double distance = value - centre;
    total.add(distance);
    squares.add(distance * distance);
  }
  const double sum = total.result();
  const double lost = sum * sum / static_cast<double>(values.size());
  return {sum, std::max(0.0, squares.result() - lost)};
}

// Over known values only.
double plainMean(std::span<const double> values) {
  if (values.empty()) return kNaN;
  return sum(values) / static_cast<double>(values.size());
}

}  // namespace

void Moments::add(double value) {
  if (std::isnan(value)) {
    ++nNan_;
    return;
  }
  ++n_;
  const double distance = distanceTo(value);
  mean_.add(distance / static_cast<double>(n_));
  squares_.add(distance * distanceTo(value));
}

void Moments::merge(const Moments& other) {
  nNan_ += other.nNan_;
  if (other.n_ == 0) return;
  if (n_ == 0) {
    // As they are: no sum of both is rounded.
    n_ = other.n_;
    mean_ = other.mean_;
    squares_ = other.squares_;
    return;
  }
  const auto mine = static_cast<double>(n_);
  const auto theirs = static_cast<double>(other.n_);
  const double distance = distanceTo(other.mean_.sum) + other.mean_.lost;
  n_ += other.n_;
  mean_.add(distance * theirs / (mine + theirs));
  squares_.add(other.squares_.sum);
  squares_.add(other.squares_.lost);
  squares_.add(distance * distance * mine * theirs / (mine + theirs));
}

double Moments::mean() const { return n_ == 0 ? kNaN : mean_.result(); }

double Moments::variance() const { return n_ < 2 ? kNaN : squares() / static_cast<double>(n_ - 1); }

double Moments::standardDeviation() const { return std::sqrt(variance()); }

double Moments::populationStandardDeviation() const {
  return n_ == 0 ? kNaN : std::sqrt(squares() / static_cast<double>(n_));
}

Summary summaryOf(const Observations& observations) {
  Summary summary{supportOf(observations), kNaN, kNaN, kNaN, kNaN, kNaN};
  const std::vector<double> values = known(observations.values);
  if (values.empty()) return summary;
  const auto n = static_cast<double>(values.size());
  summary.mean = plainMean(values);
  const double squares = distances(values, summary.mean).squares;
  summary.populationStandardDeviation = std::sqrt(squares / n);
  if (values.size() > 1) summary.standardDeviation = std::sqrt(squares / (n - 1));
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  summary.least = *least;
  summary.most = *most;
  return summary;
}

double mean(std::span<const double> values) { return plainMean(known(values)); }

double standardDeviation(std::span<const double> values) {
  return summaryOf({values}).standardDeviation;
}

double autocorrelation(std::span<const double> all, std::size_t lag) {
  const std::vector<double> values = known(all);
  if (values.size() <= lag) return kNaN;
  const double centre = plainMean(values);
  // What the rounded mean is off: without it the digits of NumAcc4 are lost.
  const double off = distances(values, centre).sum / static_cast<double>(values.size());
  promql::Summation products;
  promql::Summation squares;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double distance = (values[i] - centre) - off;
    squares.add(distance * distance);
    if (i + lag < values.size()) products.add(distance * ((values[i + lag] - centre) - off));
  }
  return squares.result() > 0 ? products.result() / squares.result() : kNaN;
}

std::vector<double> movingAverage(const Observations& observations, std::int64_t window) {
  std::vector<double> averages;
  averages.reserve(observations.values.size());
  std::size_t first = 0;
  for (std::size_t i = 0; i < observations.values.size(); ++i) {
    while (observations.times[first] <= observations.times[i] - window) ++first;
    averages.push_back(mean(observations.values.subspan(first, i + 1 - first)));
  }
  return averages;
}

std::vector<double> exponentialAverage(const Observations& observations, std::int64_t halfLife) {
  std::vector<double> averages;
  averages.reserve(observations.values.size());
  double average = kNaN;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < observations.values.size(); ++i) {
    const double value = observations.values[i];
    if (!std::isnan(value)) {
      const auto passed = static_cast<double>(observations.times[i] - before);
      const double share = -std::expm1(-passed * std::numbers::ln2 / static_cast<double>(halfLife));
      average = std::isnan(average) ? value : average + share * (value - average);
      before = observations.times[i];
    }
    averages.push_back(average);
  }
  return averages;
}

}  // namespace orchestrator_exporter::statistics
