#include "metrics/analysis/signals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "metrics/analysis/bottlenecks/detectors.h"
#include "metrics/analysis/forecasts.h"
#include "metrics/analysis/regressions.h"
#include "metrics/analysis/trends.h"
#include "metrics/promql/syntax/parser.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter {

namespace {

using namespace analysis;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A track with a sample each `step`, from time 0 on.
template <typename Value>
Track trackOf(const Signal& signal, std::size_t count, std::int64_t step, const Value& value) {
  Track track{signal, {}};
  for (std::size_t i = 0; i < count; ++i) {
    track.times.push_back(static_cast<std::int64_t>(i) * step);
    track.values.push_back(value(i));
  }
  return track;
}

const Signal kLatency{.name = "latency",
                      .expression = "latency",
                      .unit = "ms",
                      .better = Better::kLower,
                      .leastChange = 5};

TEST(Signals, AllHaveExpressionsThatPromqlReads) {
  EXPECT_EQ(builtInSignals().size(), 22u);
  for (const Signal& signal : builtInSignals()) {
    EXPECT_NO_THROW(promql::parse(withRules(withAliases(signal.expression)))) << signal.name;
  }
  for (const Detector& detector : detectors()) {
    EXPECT_NO_THROW(promql::parse(withRules(detector.expression))) << detector.id;
    EXPECT_LT(detector.low, detector.high) << detector.id;
  }
}

TEST(Signals, StandForTheirAliasesInExpressions) {
  const std::string text = withAliases("system.memoryUsage > 50 and m{a=\"system.memoryUsage\"}");
  EXPECT_EQ(text.find("system.memoryUsage >"), std::string::npos);
  EXPECT_NE(text.find("m{a=\"system.memoryUsage\"}"), std::string::npos);
  EXPECT_NO_THROW(promql::parse(text));
  EXPECT_EQ(withAliases("1.5e3 * up"), "1.5e3 * up");
}

TEST(Signals, NeedNoRules) {
  MemoryHistory history;
  for (int i = 0; i <= 10; ++i) {
    history.add({{"__name__", "node_memory_MemAvailable_bytes"}, {"instance", "a"}}, i * kMinute,
                25);
    history.add({{"__name__", "node_memory_MemTotal_bytes"}, {"instance", "a"}}, i * kMinute, 100);
  }
  const promql::Engine engine;
  const auto tracks =
      evaluate({history, engine}, signalOf("system.memoryUsage"), {0, 10 * kMinute, kMinute});
  ASSERT_EQ(tracks.size(), 1u);
  EXPECT_DOUBLE_EQ(tracks[0].values.back(), 75);
}

TEST(Signals, ThatRulesRecordHaveTheNameInALabel) {
  MemoryHistory history;
  history.load("signal:monitored:value{signal=\"queue\"}", "1 2 3");
  const promql::Engine engine;
  const auto tracks = evaluate({history, engine}, recordedSignals(), {0, 2 * kMinute, kMinute});
  ASSERT_EQ(tracks.size(), 1u);
  EXPECT_EQ(tracks[0].signal.name, "queue");
}

TEST(Tracks, OfSeveralMetricsHaveTheirNames) {
  MemoryHistory history;
  history.load("load1", "1 2 3");
  history.load("load5", "4 5 6");
  const promql::Engine engine;
  const auto tracks =
      evaluate({history, engine}, signalOf("{__name__=~\"load.\"}"), {0, kMinute, kMinute});
  ASSERT_EQ(tracks.size(), 2u);
  EXPECT_EQ(tracks[0].signal.name, "load1");
  EXPECT_EQ(tracks[1].signal.name, "load5");
}

TEST(Tracks, AreNamedByWhatTellsThemApart) {
  const Track one{kLatency, {{"instance", "a"}, {"job", "x"}}};
  const Track two{kLatency, {{"instance", "b"}, {"job", "x"}}};
  EXPECT_EQ(trackName(one, {one, two}), "latency{instance=a}");
  EXPECT_EQ(trackName(one, {one}), "latency");
}

TEST(Tracks, InStepsLeaveGapsUnknown) {
  Track track{kLatency, {}, {0, 60'000, 700'000}, {1, 3, 5}};
  const Track steps = inSteps(track, 300'000);
  ASSERT_EQ(steps.values.size(), 3u);
  EXPECT_DOUBLE_EQ(steps.values[0], 2);
  EXPECT_TRUE(std::isnan(steps.values[1]));
  EXPECT_DOUBLE_EQ(steps.values[2], 5);
}

class TrendClasses : public testing::Test {
 protected:
  // How many of 200 series with this shape and noise are of the class.
  template <typename Shape>
  int found(TrendClass wanted, double noise, Better better, const Shape& shape) {
    Signal signal = kLatency;
    signal.better = better;
    std::mt19937_64 random(11);
    std::normal_distribution<double> any(0, noise);
    int count = 0;
    for (int i = 0; i < 200; ++i) {
      const Track track = trackOf(signal, 240, 15'000, [&](std::size_t at) {
        return shape(static_cast<double>(at) / 240) + any(random);
      });
      count += trendOf(track, track.times.back(), kHour).trend == wanted ? 1 : 0;
    }
    return count;
  }
};

TEST_F(TrendClasses, AreToldApart) {
  const auto rise = [](double at) { return 100 + 60 * at; };
  EXPECT_GE(found(TrendClass::kDegrading, 10, Better::kLower, rise), 190);
  EXPECT_GE(found(TrendClass::kImproving, 10, Better::kHigher, rise), 190);
  EXPECT_GE(found(TrendClass::kRising, 10, Better::kNone, rise), 190);
  EXPECT_GE(found(TrendClass::kFalling, 10, Better::kNone, [](double at) { return 160 - 60 * at; }),
            190);
  const auto level = [](double) { return 100.0; };
  EXPECT_GE(found(TrendClass::kStable, 10, Better::kLower, level), 190);
  EXPECT_GE(found(TrendClass::kVolatile, 100, Better::kLower, level), 190);
}

TEST(Trends, OfTooFewSamplesSaySo) {
  const Track few = trackOf(kLatency, 15, kMinute, [](std::size_t) { return 1.0; });
  EXPECT_EQ(trendOf(few, few.times.back(), kHour).trend, TrendClass::kInsufficientData);
  const Track gaps =
      trackOf(kLatency, 60, kMinute, [](std::size_t i) { return i % 2 == 0 ? 1.0 : kNaN; });
  EXPECT_EQ(trendOf(gaps, gaps.times.back(), kHour).trend, TrendClass::kInsufficientData);
  EXPECT_EQ(trendOf(Track{kLatency, {}}, 0, kHour).trend, TrendClass::kInsufficientData);
}

TEST(Trends, OfAConstantAreStable) {
  const Track zeros = trackOf(kLatency, 60, kMinute, [](std::size_t) { return 0.0; });
  const Trend trend = trendOf(zeros, zeros.times.back(), kHour);
  EXPECT_EQ(trend.trend, TrendClass::kStable);
  EXPECT_EQ(trend.sentence, "latency is stable at 0 ms over 1 hour.");
}

TEST(Trends, OfSeveralDaysLeaveTheSeasonOut) {
  constexpr std::size_t kWeek = 7 * 288;
  const Track days = trackOf(kLatency, 5 * kWeek, 5 * kMinute, [](std::size_t i) {
    return 100 + 50 * std::sin(static_cast<double>(i) * 6.283185307179586 / 288);
  });
  const Baseline baseline(days);
  const Trend trend = trendOf(days, days.times.back(), 48 * kHour, &baseline);
  EXPECT_TRUE(trend.seasonal);
  EXPECT_EQ(trend.trend, TrendClass::kStable);
}

TEST(Baselines, KeepEachHourOfTheWeek) {
  constexpr std::int64_t kMonday = 4 * 24 * kHour;  // 1970-01-05
  EXPECT_EQ(hourOfWeek(kMonday, utc), 0u);
  EXPECT_EQ(hourOfWeek(kMonday - 1, utc), 167u);
  EXPECT_EQ(hourOfWeek(kMonday, [](std::int64_t) { return 3600; }), 1u);
  const Track track = trackOf(kLatency, 2 * 7 * 288, 5 * kMinute,
                              [](std::size_t i) { return static_cast<double>(i / 12 % 24); });
  const Baseline baseline(track);
  ASSERT_NE(baseline.at(kMonday + 5 * kHour), nullptr);
  EXPECT_DOUBLE_EQ(baseline.at(kMonday + 5 * kHour)->median, 5);
  EXPECT_EQ(baseline.at(kMonday)->n, 24u);
}

TEST(Baselines, FallBackToTheDayAndToAll) {
  const Track hour = trackOf(kLatency, 12, 5 * kMinute, [](std::size_t) { return 7.0; });
  const Baseline baseline(hour);
  ASSERT_NE(baseline.at(50 * kHour), nullptr);
  EXPECT_DOUBLE_EQ(baseline.at(50 * kHour)->median, 7);
  EXPECT_EQ(Baseline(trackOf(kLatency, 11, kMinute, [](std::size_t) { return 1.0; })).at(0),
            nullptr);
}

TEST(Forecasts, FollowADay) {
  std::mt19937_64 random(12);
  std::normal_distribution<double> noise(0, 1);
  const Track track = trackOf(kLatency, 14 * 24, kHour, [&](std::size_t i) {
    return 100 + 30 * std::sin(static_cast<double>(i) * 6.283185307179586 / 24) + noise(random);
  });
  const Forecast forecast = forecastOf(track, 24 * kHour);
  EXPECT_EQ(forecast.insufficient, "");
  ASSERT_EQ(forecast.points.size(), 24u);
  EXPECT_EQ(forecast.points[0].time, track.times.back() + kHour);
  for (std::size_t i = 0; i < 24; ++i) {
    const double expected =
        100 + 30 * std::sin(static_cast<double>(14 * 24 + i) * 6.283185307179586 / 24);
    EXPECT_NEAR(forecast.points[i].median, expected, 4);
    EXPECT_LE(forecast.points[i].q025, forecast.points[i].q10);
    EXPECT_LE(forecast.points[i].q10, forecast.points[i].median);
    EXPECT_GE(forecast.points[i].q975, forecast.points[i].q90);
  }
  EXPECT_GT(forecast.confidence, 0.3);
  EXPECT_EQ(forecast.origins, 20u);
}

TEST(Forecasts, TellWhenADiskIsFull) {
  const Track disk = trackOf(signalOf("system.diskUsage"), 100, kHour,
                             [](std::size_t i) { return 50 + 0.49 * static_cast<double>(i); });
  const Forecast forecast = forecastOf(disk, 24 * kHour);
  ASSERT_TRUE(forecast.timeToLimit.has_value());
  EXPECT_GT(*forecast.timeToLimit, 0);
  EXPECT_LE(forecast.points.back().q975, 100);
}

// A host that is watched since yesterday: what was before is asked for too, and not known.
TEST(Forecasts, BeginWithTheFirstSample) {
  constexpr std::size_t kWeek = 7 * 288;
  const Track track = trackOf(kLatency, 8 * 288, 5 * kMinute, [](std::size_t i) {
    return i < kWeek ? kNaN : 20.0 + static_cast<double>(i % 7);
  });
  const Forecast forecast = forecastOf(track, kHour);
  EXPECT_EQ(forecast.insufficient, "");
  ASSERT_EQ(forecast.points.size(), 12u);
  EXPECT_NEAR(forecast.points[11].median, 23, 4);
}

TEST(Forecasts, OfShortOrBrokenSeriesSayWhy) {
  EXPECT_EQ(forecastOf(Track{kLatency, {}}, kHour).insufficient, "no samples");
  const Track two = trackOf(kLatency, 2, kMinute, [](std::size_t) { return 1.0; });
  EXPECT_NE(forecastOf(two, kHour).insufficient, "");
  const Track zeros = trackOf(kLatency, 7 * 288, 5 * kMinute, [](std::size_t) { return 0.0; });
  const Forecast flat = forecastOf(zeros, kHour);
  EXPECT_EQ(flat.insufficient, "");
  EXPECT_DOUBLE_EQ(flat.points.back().q975, 0);
}

TEST(Regressions, NeedAllThreeTests) {
  std::mt19937_64 random(13);
  std::normal_distribution<double> noise(0, 5);
  std::vector<double> old;
  std::vector<double> same;
  std::vector<double> slower;
  for (int i = 0; i < 60; ++i) {
    old.push_back(100 + noise(random));
    same.push_back(103 + noise(random));
    slower.push_back(140 + noise(random));
  }
  EXPECT_TRUE(regressionOf(kLatency, old, slower).worse);
  EXPECT_FALSE(regressionOf(kLatency, slower, old).worse);
  EXPECT_FALSE(regressionOf(kLatency, old, same).worse);
  EXPECT_NEAR(regressionOf(kLatency, old, slower).shift, 40, 4);
  EXPECT_FALSE(regressionOf(kLatency, {}, slower).worse);
}

}  // namespace

}  // namespace orchestrator_exporter
