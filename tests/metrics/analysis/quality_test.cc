#include "metrics/analysis/quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <nlohmann/json.hpp>

#include "metrics/analysis/findings/investigation.h"
#include "metrics/analysis/findings/json.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter {

namespace {

using namespace analysis;

constexpr std::int64_t kMinute = 60'000;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Quality, MissesTheSamplesOfAGap) {
  // Two of a sample a minute are missing.
  const SampleQuality quality =
      qualityOf({{0, kMinute, 2 * kMinute, 5 * kMinute, 6 * kMinute}, {1, 1, 1, 1, 1}}, false);
  EXPECT_EQ(quality.completeness, (Share{5, 7}));
  EXPECT_EQ(quality.accuracy, (Share{5, 5}));
  EXPECT_EQ(quality.consistency, (Share{5, 5}));
}

TEST(Quality, MissesNothingWhileASeriesHasEnded) {
  const double stale = std::bit_cast<double>(kStaleBits);
  const SampleQuality quality = qualityOf(
      {{0, kMinute, 2 * kMinute, 60 * kMinute, 61 * kMinute}, {1, 1, stale, 1, 1}}, false);
  EXPECT_EQ(quality.completeness, (Share{4, 4}));
  EXPECT_EQ(quality.accuracy, (Share{4, 4}));
}

TEST(Quality, ExpectsASampleAStepOfACoarseStretch) {
  const std::vector<CoarseStretch> coarse = {{.until = 15 * kMinute, .step = 5 * kMinute}};
  const SampleQuality quality = qualityOf(
      {{5 * kMinute, 15 * kMinute, 16 * kMinute, 17 * kMinute}, {1, 1, 1, 1}}, false, {}, coarse);
  EXPECT_EQ(quality.completeness, (Share{4, 5}));
}

TEST(Quality, TakesWhatIsNotFiniteForInaccurate) {
  const double infinite = std::numeric_limits<double>::infinity();
  const SampleQuality quality =
      qualityOf({{0, kMinute, 2 * kMinute, 3 * kMinute}, {1, kNaN, infinite, 2}}, false);
  EXPECT_EQ(quality.accuracy, (Share{2, 4}));
}

TEST(Quality, TakesACounterThatFallsForAContradictionUnlessItBeganAgain) {
  const SampleColumns falls = {{0, kMinute, 2 * kMinute}, {5, 7, 1}};
  EXPECT_EQ(qualityOf(falls, true).consistency, (Share{2, 3}));
  EXPECT_EQ(qualityOf(falls, false).consistency, (Share{3, 3}));
  EXPECT_EQ(qualityOf(falls, true, {{kMinute, 2 * kMinute}}).consistency, (Share{3, 3}));
  EXPECT_EQ(qualityOf(falls, true, {{0, kMinute}}).consistency, (Share{2, 3}));
}

TEST(Quality, TakesTwoValuesOfOneTimeForAContradiction) {
  EXPECT_EQ(qualityOf({{0, 0, 0}, {1, 1, 2}}, false).consistency, (Share{2, 3}));
}

TEST(Quality, OfNothingIsUnknown) {
  const SampleQuality quality = qualityOf(SampleColumns(), true);
  EXPECT_FALSE(quality.completeness.ratio().has_value());
  EXPECT_FALSE(quality.accuracy.ratio().has_value());
}

TEST(Quality, IsOfTheMetricsThatSignalsAreMadeOf) {
  MemoryHistory history;
  history.load(R"(hits_total{job="a",instance="x"})", "1 2 _ 4 1 2");
  history.load(R"(hits_total{job="a",instance="y"})", "1 2 3 1 2 3");
  history.load(R"(process_start_time_seconds{job="a",instance="x"})", "9 9 9 9 300 300");
  history.load(R"(other)", "1 2 3");
  history.load(R"(pipeline_quality_ratio{session="default",dimension="timeliness"})",
               "1 1 1 1 1 0.5");
  const promql::Engine engine;
  const Investigation wanted{
      .signals = {{.name = "s", .expression = "sum(rate(hits_total[5m])) / sum(gone)"}},
      .end = 5 * kMinute,
      .quality = true};
  const Findings findings = investigate({history, engine}, wanted);
  ASSERT_TRUE(findings.quality.has_value());
  const QualityFindings& quality = *findings.quality;
  ASSERT_EQ(quality.metrics.size(), 1u);
  EXPECT_EQ(quality.metrics[0].metric, "hits_total");
  EXPECT_EQ(quality.metrics[0].series, 2u);
  EXPECT_EQ(quality.metrics[0].completeness, (Share{11, 12}));
  // x began again, y did not.
  EXPECT_EQ(quality.metrics[0].consistency, (Share{10, 11}));
  EXPECT_EQ(quality.silent, (std::vector<std::string>{"gone"}));
  ASSERT_EQ(quality.reported.size(), 1u);
  EXPECT_DOUBLE_EQ(quality.reported[0].ratio, 0.5);

  const auto json = nlohmann::json::parse(qualityJson(findings));
  EXPECT_EQ(json["quality"]["consistency"]["numerator"], 10);
  EXPECT_EQ(json["metrics"][0]["completeness"]["denominator"], 12);
  EXPECT_EQ(json["sessions"][0]["dimension"], "timeliness");
  EXPECT_EQ(json["not_observed"][0], "gone");
}

TEST(Quality, OfABrokenExpressionIsAWarning) {
  const MemoryHistory history;
  const promql::Engine engine;
  const Findings findings = investigate(
      {history, engine}, {.signals = {{.name = "s", .expression = "sum("}}, .quality = true});
  EXPECT_THAT(findings.warnings, testing::Contains(testing::HasSubstr("quality: ")));
  EXPECT_FALSE(findings.quality.has_value());
}

}  // namespace

}  // namespace orchestrator_exporter
