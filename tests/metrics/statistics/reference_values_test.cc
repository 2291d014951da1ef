#include "tests/metrics/statistics/reference_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numeric>

#include "metrics/statistics/distributions.h"
#include "metrics/statistics/linear_regression.h"
#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"
#include "metrics/statistics/rank_tests.h"
#include "metrics/statistics/robust_trend.h"

// Results against SciPy's, NumPy's and plain formulas', to 12 digits: reference_values.py.

namespace orchestrator_exporter {

namespace {

using namespace statistics;

// The values that the script makes too.
std::vector<double> made(std::uint32_t seed, std::size_t count, double scale, double offset) {
  constexpr double kRange = 4294967296.0;
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    seed = 1664525 * seed + 1013904223;
    values.push_back(offset + scale * (seed / kRange));
  }
  return values;
}

std::vector<double> a() { return made(1, 60, 20, 100); }
std::vector<double> b() { return made(2, 45, 20, 104); }
std::vector<double> tied() {
  std::vector<double> values = made(3, 50, 8, 0);
  for (double& value : values) value = std::floor(value);
  return values;
}
std::vector<double> rising() {
  std::vector<double> values = made(4, 60, 2, 0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += 0.05 * static_cast<double>(i);
  return values;
}

void expectAll(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(values[i], expected[i], 1e-12 * std::max(1e-3, std::fabs(expected[i]))) << i;
  }
}

std::vector<std::int64_t> seconds(std::size_t count) {
  std::vector<std::int64_t> times(count);
  for (std::size_t i = 0; i < count; ++i) times[i] = static_cast<std::int64_t>(i) * 1000;
  return times;
}

TEST(ReferenceValues, OfQuantilesAndMomentsAgree) {
  std::vector<double> quantiles;
  for (const double p : {0.0, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 1.0}) {
    quantiles.push_back(quantile(a(), p));
  }
  expectAll(quantiles, reference::kQuantiles);
  expectAll({medianAbsoluteDeviation(a())}, reference::kMad);
  const std::vector<double> values = a();
  const Summary summary = summaryOf({values});
  expectAll({summary.mean, summary.standardDeviation, summary.populationStandardDeviation},
            reference::kMoments);
  expectAll({autocorrelation(values, 1), autocorrelation(values, 2), autocorrelation(values, 7)},
            reference::kAutocorrelation);
}

TEST(ReferenceValues, OfRegressionsAgree) {
  std::vector<double> x(60);
  std::iota(x.begin(), x.end(), 0);
  const std::vector<double> y = rising();
  const Line line = fitLine(x, y);
  expectAll({line.slope, line.intercept, line.slopeError, line.interceptError, line.r2},
            {reference::kLine.begin(), reference::kLine.begin() + 5});
  EXPECT_NEAR(line.p / reference::kLine[5], 1, 1e-10);
  expectAll({theilSen({y, seconds(60)}).slope}, reference::kTheilSenSlope);
}

TEST(ReferenceValues, OfTrendTestsAgree) {
  const auto figures = [](const std::vector<double>& values) {
    const TrendTest test = mannKendall({values, seconds(values.size())});
    return std::vector{test.s, test.variance, test.z, test.p};
  };
  expectAll(figures(rising()), reference::kMannKendall);
  expectAll(figures(tied()), reference::kMannKendallTied);
}

TEST(ReferenceValues, OfRankTestsAgree) {
  const RankTest test = mannWhitney(a(), b());
  expectAll({test.u, test.p, test.cliffDelta}, reference::kMannWhitney);
  const std::vector<double> values = tied();
  const RankTest ties = mannWhitney(std::span(values).first(25), std::span(values).subspan(25));
  expectAll({ties.u, ties.p}, reference::kMannWhitneyTied);
  expectAll({hodgesLehmannShift(a(), b())}, reference::kHodgesLehmann);
  const DistanceTest distance = kolmogorovSmirnov(a(), b());
  expectAll({distance.d, distance.p}, reference::kKolmogorov);
}

TEST(ReferenceValues, OfDistributionsAgree) {
  expectAll({normalTail(1.5), normalTail(8), studentTwoSided(2.5, 7)}, reference::kTails);
  expectAll({normalQuantile(0.9), normalQuantile(1e-6), studentQuantile(0.975, 3),
             studentQuantile(0.9, 58)},
            reference::kNormalAndStudentQuantiles);
  expectAll({static_cast<double>(binomialQuantile(100, 0.5, 0.025)),
             static_cast<double>(binomialQuantile(100, 0.99, 0.975)),
             static_cast<double>(binomialQuantile(7, 0.3, 0.5))},
            reference::kBinomialQuantiles);
}

}  // namespace

}  // namespace orchestrator_exporter
