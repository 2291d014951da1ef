#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "metrics/promql/engine.h"
#include "metrics/statistics/change_points.h"
#include "metrics/statistics/distributions.h"
#include "metrics/statistics/exponential_smoothing.h"
#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"
#include "metrics/statistics/rank_tests.h"
#include "metrics/statistics/robust_trend.h"
#include "metrics/statistics/sliding_moments.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter {

namespace {

using namespace statistics;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::int64_t> minutes(std::size_t count) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < count; ++i) times.push_back(static_cast<std::int64_t>(i) * 60'000);
  return times;
}

// An autoregressive series: each value is phi of the one before, and normal noise.
std::vector<double> autoregressive(std::mt19937_64& random, double phi, std::size_t count) {
  std::normal_distribution<double> noise;
  std::vector<double> values;
  double value = noise(random) / std::sqrt(1 - phi * phi);
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(value);
    value = phi * value + noise(random);
  }
  return values;
}

TEST(Quantiles, LieBetweenTheSortedValues) {
  const std::vector<double> values = {7, 1, 3, kNaN, 9};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 2.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 5);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 9);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_TRUE(std::isnan(quantile(values, 1.1)));
}

TEST(Quantiles, AgreeWithPromqlOnRandomWindows) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> any(-100, 100);
  const promql::Engine engine;
  for (int window = 0; window < 1000; ++window) {
    MemoryHistory history;
    std::vector<double> values;
    const std::size_t count = 1 + random() % 60;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(any(random));
      history.add({{"__name__", "m"}}, static_cast<std::int64_t>(i) * 1000, values.back());
    }
    const double p = std::fabs(any(random)) / 100;
    const auto result =
        engine.instant(history, "quantile_over_time(" + std::to_string(p) + ", m[1h])", 3'000'000);
    EXPECT_DOUBLE_EQ(quantile(values, std::stod(std::to_string(p))),
                     result.series.at(0).points.at(0).value);
  }
}

TEST(Quantiles, ThatFewValuesHoldSaySo) {
  std::vector<double> values(100);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  const Percentiles all = percentiles({values, minutes(100)});
  EXPECT_EQ(all.support, (Support{100, 0, 0, 99 * 60'000}));
  ASSERT_EQ(all.all.size(), 5u);
  EXPECT_FALSE(all.all[0].lowSupport);
  EXPECT_FALSE(all.all[3].lowSupport);  // p99 of 100 values: just enough
  EXPECT_TRUE(all.all[4].lowSupport);
  // Order statistics 40 and 61 hold the median with 95 % (binomial, n = 100).
  EXPECT_DOUBLE_EQ(all.all[0].lower, 39);
  EXPECT_DOUBLE_EQ(all.all[0].upper, 60);
  EXPECT_TRUE(std::isnan(all.all[4].upper));
}

TEST(Quantiles, OfDistancesSubtractTheMedianFirst) {
  EXPECT_DOUBLE_EQ(medianAbsoluteDeviation(std::vector<double>{1, 2, 4, 8, 16}), 3);
}

TEST(Quantiles, OfAHistogramTellTheirBucket) {
  const std::vector<statistics::Bucket> buckets = {{1, 10}, {2, 30}, {4, 40}, {kInfinity, 40}};
  const BucketQuantile middle = bucketQuantile(buckets, 0.5);
  EXPECT_DOUBLE_EQ(middle.value, 1.5);
  EXPECT_DOUBLE_EQ(middle.lower, 1);
  EXPECT_DOUBLE_EQ(middle.upper, 2);
  EXPECT_DOUBLE_EQ(bucketQuantile(buckets, 0.1).value, 0.4);
  const BucketQuantile beyond =
      bucketQuantile(std::vector<statistics::Bucket>{{1, 1}, {kInfinity, 10}}, 0.5);
  EXPECT_DOUBLE_EQ(beyond.value, 1);
  EXPECT_EQ(beyond.upper, kInfinity);
  EXPECT_TRUE(std::isnan(
      bucketQuantile(std::vector<statistics::Bucket>{{1, 0}, {kInfinity, 0}}, 0.5).value));
}

TEST(Moments, OfPartsAreThoseOfAllHoweverTheyAreSplit) {
  std::mt19937_64 random(2);
  for (const double centre : {0.0, 50.0, 1e6, 1e8}) {
    std::normal_distribution<double> any(centre, 1);
    std::vector<double> values(1000);
    for (double& value : values) value = any(random);
    const Summary whole = summaryOf({values});
    for (const std::size_t share : {1, 2, 10, 300, 999}) {
      // Values of random parts, of `share` of a thousand each on average.
      Moments all;
      Moments part;
      for (const double value : values) {
        part.add(value);
        if (random() % 1000 >= share) continue;
        all.merge(part);
        part = Moments();
      }
      all.merge(part);
      EXPECT_EQ(all.n(), 1000u);
      EXPECT_NEAR((all.mean() - whole.mean) / std::max(1.0, centre), 0, 1e-13) << centre;
      EXPECT_NEAR(all.standardDeviation() / whole.standardDeviation, 1, 1e-13) << centre;
    }
  }
}

TEST(Moments, ThatSlideAreThoseOfTheWindow) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> any(1e7, 0.1);
  SlidingMoments sliding(50);
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) {
    values.push_back(any(random));
    sliding.add(values.back());
    if (i < 60 || i % 7 != 0) continue;
    const Summary window = summaryOf({std::span(values).last(50)});
    EXPECT_EQ(sliding.n(), 50u);
    EXPECT_NEAR(sliding.moments().mean() / window.mean, 1, 1e-14);
    EXPECT_NEAR(sliding.moments().standardDeviation() / window.standardDeviation, 1, 1e-7);
  }
}

TEST(Moments, LeaveWhatIsNotKnownOut) {
  const Summary summary = summaryOf({std::vector<double>{kNaN, 2, 4}});
  EXPECT_EQ(summary.support.nNan, 1u);
  EXPECT_DOUBLE_EQ(summary.mean, 3);
  EXPECT_DOUBLE_EQ(summary.standardDeviation, std::sqrt(2));
  EXPECT_DOUBLE_EQ(summary.populationStandardDeviation, 1);
  EXPECT_TRUE(std::isnan(summaryOf({}).mean));
  EXPECT_TRUE(std::isnan(autocorrelation(std::vector<double>{5, 5, 5}, 1)));
}

TEST(Averages, AreOfTheWindowOrForgetByHalves) {
  const std::vector<double> values = {0, 8, 8, kNaN, 8};
  const auto times = minutes(5);
  const auto moving = movingAverage({values, times}, 120'000);
  EXPECT_DOUBLE_EQ(moving[0], 0);
  EXPECT_DOUBLE_EQ(moving[1], 4);
  EXPECT_DOUBLE_EQ(moving[2], 8);
  const auto fading = exponentialAverage({values, times}, 60'000);
  EXPECT_DOUBLE_EQ(fading[0], 0);
  EXPECT_DOUBLE_EQ(fading[1], 4);
  EXPECT_DOUBLE_EQ(fading[2], 6);
  EXPECT_DOUBLE_EQ(fading[3], 6);
  EXPECT_DOUBLE_EQ(fading[4], 7.5);  // two half-lives after the third
}

TEST(Line, HasBandsOfItsMeanAndOfNewValues) {
  const std::vector<double> x = {1, 2, 3, 4, 5};
  const std::vector<double> y = {2, 4, 5, 4, 5};
  const Line line = fitLine(x, y);
  EXPECT_DOUBLE_EQ(line.slope, 0.6);
  EXPECT_DOUBLE_EQ(line.intercept, 2.2);
  EXPECT_NEAR(line.p, 0.12402706265755459, 1e-14);  // t = 2.1213 with 3 degrees of freedom
  // t(0.975, 3) = 3.182446305284263; s = sqrt(0.8); at the mean sqrt(1/5), a new value sqrt(6/5).
  EXPECT_NEAR(line.meanBand(3).upper - line.at(3), 3.182446305284263 * 0.4, 1e-12);
  EXPECT_NEAR(line.valueBand(3).upper - line.at(3),
              3.182446305284263 * std::sqrt(0.8) * std::sqrt(1.2), 1e-12);
  EXPECT_TRUE(std::isnan(fitLine(std::vector<double>{1, 1}, std::vector<double>{1, 2}).slope));
}

TEST(TheilSen, IsNotMovedByOutliers) {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(2 + 0.5 * i);
  values[7] = 1000;
  values[20] = -1000;
  const auto times = minutes(30);
  const RobustLine line = theilSen({values, times});
  EXPECT_NEAR(line.slope, 0.5 / 60, 1e-12);
  EXPECT_LE(line.slopeInterval.lower, 0.5 / 60 + 1e-12);
  EXPECT_GE(line.slopeInterval.upper, 0.5 / 60 - 1e-12);
}

TEST(TheilSen, OfManyValuesIsThatOfMeans) {
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) values.push_back(0.25 * i);
  const auto times = minutes(3000);
  EXPECT_NEAR(theilSen({values, times}).slope, 0.25 / 60, 1e-9);
}

TEST(MannKendall, CountsPairsAndTies) {
  const std::vector<double> values = {1, 2, 2, 3, 5, 5, 5, 8};
  const auto times = minutes(8);
  const TrendTest test = mannKendall({values, times});
  EXPECT_DOUBLE_EQ(test.s, 24);  // 28 pairs, 4 of them ties
  EXPECT_LT(test.p, 0.05);
  EXPECT_DOUBLE_EQ(mannKendall({std::vector<double>(10, 3.0), minutes(10)}).p, 1);
}

// 5 % where values are independent; what follows each other costs false alarms.
TEST(MannKendall, SeldomTakesNoiseForATrend) {
  const auto times = minutes(60);
  const auto alarms = [&](double phi) {
    std::mt19937_64 random(4);
    int found = 0;
    for (int i = 0; i < 1000; ++i) {
      found += mannKendall({autoregressive(random, phi, 60), times}).p < 0.05 ? 1 : 0;
    }
    return found / 1000.0;
  };
  EXPECT_LE(alarms(0), 0.08);
  EXPECT_LE(alarms(0.5), 0.08);
  EXPECT_LE(alarms(0.9), 0.15);
}

TEST(MannKendall, FindsARiseOfThreeDeviations) {
  const auto times = minutes(60);
  std::mt19937_64 random(5);
  int found = 0;
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> values = autoregressive(random, 0.5, 60);
    const double deviation = 1 / std::sqrt(1 - 0.25);
    for (std::size_t j = 0; j < 60; ++j) values[j] += 3 * deviation * static_cast<double>(j) / 59;
    found += mannKendall({values, times}).p < 0.05 ? 1 : 0;
  }
  EXPECT_GE(found, 850);
}

TEST(RankTests, TellWhichSampleIsLarger) {
  const std::vector<double> a = {1, 2, 3, 4, 5};
  const std::vector<double> b = {4, 5, 6, 7, 8};
  const RankTest test = mannWhitney(a, b);
  EXPECT_DOUBLE_EQ(test.u, 23);  // of 25 pairs 22 are larger and 2 the same
  EXPECT_DOUBLE_EQ(test.cliffDelta, 0.84);
  EXPECT_GT(test.z, 0);
  EXPECT_DOUBLE_EQ(hodgesLehmannShift(a, b), 3);
  EXPECT_DOUBLE_EQ(kolmogorovSmirnov(a, b).d, 0.6);
  EXPECT_DOUBLE_EQ(mannWhitney(a, {}).p, 1);
  EXPECT_DOUBLE_EQ(mannWhitney(a, a).cliffDelta, 0);
}

TEST(RankTests, CountCorrelatedValuesLess) {
  std::mt19937_64 random(6);
  const auto values = autoregressive(random, 0.8, 900);
  const std::size_t left = thinned(values).size();
  EXPECT_GT(left, 60u);  // (1 - 0.8) / (1 + 0.8) of 900 is 100
  EXPECT_LT(left, 150u);
  EXPECT_EQ(thinned(std::vector<double>{1, 2, 1, 2, 1, 2}).size(), 6u);
}

TEST(ChangePoints, AreWhereTheLevelChanges) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) values.push_back(noise(random) + (i < 100 ? 0 : i < 200 ? 5 : -5));
  const auto points = changePoints(values, 1);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_NEAR(static_cast<double>(points[0].at), 100, 2);
  EXPECT_NEAR(static_cast<double>(points[1].at), 200, 2);
  EXPECT_TRUE(changePoints(values, 100).empty());
  EXPECT_TRUE(changePoints(std::vector<double>(50, 1.0), 0).empty());
}

TEST(Cusum, FindsAShiftSoonAndSeldomANoise) {
  std::mt19937_64 random(8);
  std::normal_distribution<double> noise;
  Cusum cusum;
  int alarms = 0;
  for (int i = 0; i < 2000; ++i) alarms += cusum.add(noise(random)) != Cusum::Direction::kNone;
  EXPECT_LE(alarms, 2);
  int steps = 0;
  while (cusum.add(2 + noise(random)) == Cusum::Direction::kNone) ++steps;
  EXPECT_LT(steps, 12);
}

TEST(Distributions, HaveTheirTails) {
  EXPECT_NEAR(normalTail(1.959963984540054), 0.025, 1e-16);
  EXPECT_NEAR(normalTail(10) / 7.619853024160527e-24, 1, 1e-12);
  EXPECT_NEAR(studentQuantile(0.975, 10), 2.228138851986274, 1e-12);
  EXPECT_EQ(binomialQuantile(10, 0.5, 0.5), 5);
  EXPECT_EQ(binomialQuantile(1, 0.3, 0.6), 0);
  EXPECT_EQ(binomialQuantile(1, 0.3, 0.8), 1);
  EXPECT_NEAR(kolmogorovTail(1.3581), 0.05, 1e-4);
}

TEST(Smoothing, RepeatsASeasonThatItLearnt) {
  std::vector<double> values;
  for (int i = 0; i < 96; ++i) values.push_back(10 + 3 * std::sin(i * 6.283185307179586 / 24));
  const Smoothing model = fitHoltWinters(values, 24);
  EXPECT_GT(model.alpha, 0);
  EXPECT_LE(model.beta, model.alpha);
  EXPECT_LE(model.gamma, 1 - model.alpha);
  Smoother smoother(model, values);
  for (const double value : values) smoother.add(value);
  for (std::size_t ahead = 1; ahead <= 24; ++ahead) {
    EXPECT_NEAR(smoother.forecast(ahead), values[ahead - 1], 0.01);
  }
}

TEST(Smoothing, DampsATrend) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(2.0 * i);
  const Smoothing model = fitDampedTrend(values);
  Smoother smoother(model, values);
  for (const double value : values) smoother.add(value);
  EXPECT_GT(smoother.forecast(1), 118);
  EXPECT_LT(smoother.forecast(20) - smoother.forecast(1), 40);
  EXPECT_GE(model.phi, 0.8);
  EXPECT_LE(model.phi, 0.98);
}

TEST(Smoothing, WidensWithTheDistance) {
  Smoother last(lastValue(), std::vector<double>{1, 2, 3});
  EXPECT_DOUBLE_EQ(last.spread(1), 1);
  EXPECT_DOUBLE_EQ(last.spread(9), 3);  // of a random walk: the root of the steps
  Smoother naive(seasonalNaive(4), std::vector<double>{1, 2, 3, 4, 1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(naive.spread(4), 1);
  EXPECT_DOUBLE_EQ(naive.spread(5), std::sqrt(2));
}

TEST(Smoothing, IsNotTaughtByGaps) {
  Smoother smoother(lastValue(), std::vector<double>{5});
  smoother.add(5);
  EXPECT_TRUE(std::isnan(smoother.add(kNaN)));
  EXPECT_DOUBLE_EQ(smoother.forecast(1), 5);
}

}  // namespace

}  // namespace orchestrator_exporter
