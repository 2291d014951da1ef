#include "metrics/statistics/rank_tests.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/statistics/distributions.h"
#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::statistics {

namespace {

std::vector<double> sortedKnown(std::span<const double> values) {
  std::vector<double> sorted = known(values);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// `count` of the values, at even distances from the first to the last.
std::vector<double> evenly(const std::vector<double>& values, std::size_t count) {
  if (count >= values.size()) return values;
  std::vector<double> kept;
  kept.reserve(count);
  for (std::size_t i = 0; i < count; ++i) kept.push_back(values[i * values.size() / count]);
  return kept;
}

// The sum of t^3 - t over groups of equal values.
double tieWeight(const std::vector<double>& sorted) {
  double weight = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
    const auto t = static_cast<double>(end - i);
    weight += t * t * t - t;
    i = end;
  }
  return weight;
}

}  // namespace

RankTest mannWhitney(std::span<const double> first, std::span<const double> second) {
  RankTest test;
  const std::vector<double> a = sortedKnown(first);
  const std::vector<double> b = sortedKnown(second);
  if (a.empty() || b.empty()) return test;
  for (const double value : b) {
    const auto [low, high] = std::equal_range(a.begin(), a.end(), value);
    test.u += static_cast<double>(low - a.begin()) + 0.5 * static_cast<double>(high - low);
  }
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  test.cliffDelta = 2 * test.u / (n * m) - 1;
  std::vector<double> all(a);
  all.insert(all.end(), b.begin(), b.end());
  std::sort(all.begin(), all.end());
  const double count = n + m;
  const double variance = n * m / 12 * ((count + 1) - tieWeight(all) / (count * (count - 1)));
  const double distance = test.u - n * m / 2;
  if (!(variance > 0)) return test;
  constexpr double kContinuity = 0.5;
  const double size = std::max(0.0, std::fabs(distance) - kContinuity) / std::sqrt(variance);
  test.z = std::copysign(size, distance);
  test.p = std::min(1.0, 2 * normalTail(size));
  return test;
}

double hodgesLehmannShift(std::span<const double> first, std::span<const double> second) {
  constexpr std::size_t kMost = 2000;
  const std::vector<double> a = evenly(sortedKnown(first), kMost);
  const std::vector<double> b = evenly(sortedKnown(second), kMost);
  std::vector<double> differences;
  differences.reserve(a.size() * b.size());
  for (const double after : b) {
    for (const double before : a) differences.push_back(after - before);
  }
  return median(differences);
}

DistanceTest kolmogorovSmirnov(std::span<const double> first, std::span<const double> second) {
  DistanceTest test;
  const std::vector<double> a = sortedKnown(first);
  const std::vector<double> b = sortedKnown(second);
  if (a.empty() || b.empty()) return test;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const double value = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    test.d = std::max(test.d, std::fabs(static_cast<double>(i) / n - static_cast<double>(j) / m));
  }
  test.p = kolmogorovTail(test.d * std::sqrt(n * m / (n + m)));
  return test;
}

std::vector<double> thinned(std::span<const double> values) {
  const std::vector<double> all = known(values);
  const double r = autocorrelation(all, 1);
  if (std::isnan(r) || r <= 0) return all;
  const double left = static_cast<double>(all.size()) * (1 - r) / (1 + r);
  return evenly(all, std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(left))));
}

}  // namespace orchestrator_exporter::statistics
