#include "metrics/statistics/robust_trend.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/statistics/distributions.h"
#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::statistics {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Curve {
  std::vector<double> x;
  std::vector<double> y;
};

Curve curveOf(const Observations& observations, const Support& support) {
  constexpr double kSecond = 1000;
  const double middle = (static_cast<double>(support.from) + static_cast<double>(support.to)) / 2;
  Curve curve;
  for (std::size_t i = 0; i < observations.values.size(); ++i) {
    if (std::isnan(observations.values[i])) continue;
    curve.x.push_back((static_cast<double>(observations.times[i]) - middle) / kSecond);
    curve.y.push_back(observations.values[i]);
  }
  return curve;
}

// Of S without a trend; ties take from it.
double kendallVariance(std::span<const double> values) {
  const auto weight = [](double n) { return n * (n - 1) * (2 * n + 5); };
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  double variance = weight(static_cast<double>(sorted.size()));
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
    variance -= weight(static_cast<double>(end - i));
    i = end;
  }
  return variance / 18;
}

RobustLine lineOf(const Curve& curve) {
  RobustLine line{{}, kNaN, kNaN, {kNaN, kNaN}};
  std::vector<double> slopes;
  const std::size_t n = curve.y.size();
  slopes.reserve(n * n / 2);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const double distance = curve.x[j] - curve.x[i];
      if (distance != 0) slopes.push_back((curve.y[j] - curve.y[i]) / distance);
    }
  }
  if (slopes.empty()) return line;
  std::sort(slopes.begin(), slopes.end());
  line.slope = quantileOfSorted(slopes, 0.5);
  std::vector<double> heights;
  for (std::size_t i = 0; i < n; ++i) heights.push_back(curve.y[i] - line.slope * curve.x[i]);
  line.intercept = median(heights);
  const auto count = static_cast<double>(slopes.size());
  const double reach = normalQuantile(0.975) * std::sqrt(kendallVariance(curve.y));
  const double low = std::round((count - reach) / 2);
  const double high = std::round((count + reach) / 2) + 1;
  if (low >= 1 && high <= count) {
    line.slopeInterval = {slopes[static_cast<std::size_t>(low) - 1],
                          slopes[static_cast<std::size_t>(high) - 1]};
  }
  return line;
}

// (1 - k/n) r^k summed: how much a value says again what those before it said.
double repetition(double r, double n) {
  double total = 0;
  double power = r;
  for (double k = 1; k < n && power > 1e-12; ++k, power *= r) total += (1 - k / n) * power;
  return std::max(1.0, 1 + 2 * total);
}

}  // namespace

Parts equalParts(const Observations& observations, std::int64_t from, std::int64_t to,
                 std::size_t count) {
  std::vector<Moments> parts(count);
  std::vector<Moments> places(count);  // ms from `from`
  const double width = static_cast<double>(to - from) / static_cast<double>(count);
  for (std::size_t i = 0; i < observations.values.size(); ++i) {
    const std::int64_t time = observations.times[i];
    if (time < from || time > to) continue;
    const auto part = static_cast<std::size_t>(static_cast<double>(time - from) / width);
    if (std::isnan(observations.values[i])) continue;
    parts[std::min(part, count - 1)].add(observations.values[i]);
    places[std::min(part, count - 1)].add(static_cast<double>(time - from));
  }
  Parts result;
  for (std::size_t i = 0; i < count; ++i) {
    if (parts[i].n() == 0) continue;
    result.times.push_back(from + std::llround(places[i].mean()));
    result.means.push_back(parts[i].mean());
  }
  return result;
}

RobustLine theilSen(const Observations& observations) {
  constexpr std::size_t kMost = 1000;
  constexpr std::size_t kParts = 300;
  const Support support = supportOf(observations);
  RobustLine line;
  if (support.n > kMost && support.to > support.from) {
    const Parts parts = equalParts(observations, support.from, support.to, kParts);
    line = lineOf(curveOf({parts.means, parts.times}, support));
  } else {
    line = lineOf(curveOf(observations, support));
  }
  line.support = support;
  return line;
}

TrendTest mannKendall(const Observations& observations) {
  const Support support = supportOf(observations);
  const Curve curve = curveOf(observations, support);
  TrendTest test;
  test.n = curve.y.size();
  constexpr std::size_t kLeast = 5;  // for the correction's n - 4
  if (test.n < kLeast) return test;
  for (std::size_t i = 0; i < test.n; ++i) {
    for (std::size_t j = i + 1; j < test.n; ++j) {
      test.s += (curve.y[j] > curve.y[i]) - (curve.y[j] < curve.y[i]);
    }
  }
  const auto n = static_cast<double>(test.n);
  const RobustLine line = lineOf(curve);
  std::vector<double> residuals;
  for (std::size_t i = 0; i < test.n; ++i) {
    residuals.push_back(curve.y[i] - line.intercept - line.slope * curve.x[i]);
  }
  const double plain = autocorrelation(residuals, 1);
  if (!std::isnan(plain)) {
    constexpr double kMostCorrelated = 0.99;
    test.serialCorrelation = std::clamp((n * plain + 2) / (n - 4), 0.0, kMostCorrelated);
  }
  test.variance = kendallVariance(curve.y) * repetition(test.serialCorrelation, n);
  if (!(test.variance > 0) || test.s == 0) return test;
  test.z = (test.s > 0 ? test.s - 1 : test.s + 1) / std::sqrt(test.variance);
  test.p = std::min(1.0, 2 * normalTail(std::fabs(test.z)));
  return test;
}

}  // namespace orchestrator_exporter::statistics
