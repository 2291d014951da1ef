// Queries over native histograms: the examples were asked of Prometheus 3.5.3.
#include <gtest/gtest.h>

#include <string>

#include "metrics/promql/engine.h"
#include "metrics/promql/values/number_text.h"
#include "metrics/promql/values/series.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter::promql {
namespace {

constexpr std::int64_t kMinute = 60'000;

FloatHistogram exponential(double times) {
  FloatHistogram histogram;
  histogram.zeroThreshold = 0.5;
  histogram.zeroCount = times;
  histogram.count = 8 * times;
  histogram.sum = 10 * times;
  histogram.positive = {{0, 2 * times}, {1, 3 * times}, {2, times}};
  histogram.negative = {{0, times}};
  return histogram;
}

FloatHistogram custom(std::vector<double> bounds) {
  FloatHistogram histogram;
  histogram.schema = FloatHistogram::kCustomSchema;
  histogram.count = 4;
  histogram.sum = 6;
  histogram.positive = {{0, 1}, {1, 2}, {2, 1}};
  histogram.customBounds = std::move(bounds);
  return histogram;
}

// A sample a minute from time 0 on.
const MemoryHistory& history() {
  static const auto* const all = [] {
    auto* made = new MemoryHistory;
    for (const std::int64_t minute : {0, 1}) {
      made->add(labelsOf("n"), minute * kMinute, exponential(static_cast<double>(minute + 1)));
      made->add(labelsOf("c{i='a'}"), minute * kMinute, custom({1, 2}));
      made->add(labelsOf("c{i='b'}"), minute * kMinute, custom({1, 3}));
    }
    FloatHistogram below = custom({-1, 0, 1});
    below.count = 6;
    below.positive = {{0, 2}, {1, 3}, {3, 1}};
    made->add(labelsOf("below"), 0, below);
    made->load("n", "_ _ stale");
    made->load("f", "3 4");
    made->load("mix", "1");
    made->add(labelsOf("mix"), kMinute, exponential(1));
    FloatHistogram gauge = exponential(1);
    gauge.hint = FloatHistogram::Hint::kGauge;
    made->add(labelsOf("gauge"), 0, gauge);
    made->add(labelsOf("gauge"), kMinute, gauge);
    FloatHistogram withNaN = exponential(1);
    withNaN.count += 2;
    withNaN.sum = kNaN;
    made->add(labelsOf("odd"), 0, withNaN);
    return made;
  }();
  return *all;
}

// The values one after the other, then what is said of them.
std::string ask(const std::string& query, std::int64_t time = 0) {
  const QueryResult result = Engine().instant(history(), query, time);
  std::string out;
  for (const ResultSeries& series : result.series) {
    for (const Point& point : series.points) out += valueText(point.value) + " ";
    for (const HistogramPoint& point : series.histograms) {
      out += histogramText(*point.histogram) + " ";
    }
  }
  for (const std::string& text : result.warnings) out += text + " ";
  for (const std::string& text : result.infos) out += text + " ";
  if (!out.empty()) out.pop_back();
  return out;
}

TEST(HistogramQueries, HaveQuantilesAndFractions) {
  EXPECT_EQ(ask("histogram_quantile(0.9, n)"), "2.29739670999407");
  EXPECT_EQ(ask("histogram_fraction(0, 2, n)"), "0.6875");
  EXPECT_EQ(ask("histogram_stddev(n)"), "1.0340795132248017");
  EXPECT_EQ(ask("histogram_avg(n)"), "1.25");
}

TEST(HistogramQueries, TakeACustomBucketThatHoldsZeroToBeginThereInFractions) {
  EXPECT_EQ(ask("histogram_fraction(-Inf, -0.5, below)"), "0.3333333333333333");
  EXPECT_EQ(ask("histogram_fraction(-0.5, 0.0005, below)"), "0.5");
  EXPECT_EQ(ask("histogram_fraction(-31, 0, below)"), "NaN");
  EXPECT_EQ(ask("histogram_fraction(0, 0.5, c{i='a'})"), "0.125");
}

TEST(HistogramQueries, HaveNoZeroBucketWithCustomBoundsWhateverTheyAreDividedBy) {
  EXPECT_EQ(ask("histogram_quantile(0.5, below / 0)"), "0");
}

TEST(HistogramQueries, HaveRates) {
  EXPECT_EQ(ask("histogram_count(rate(n[2m]))", kMinute), "0.13333333333333333");
  EXPECT_EQ(ask("histogram_count(increase(n[2m]))", kMinute), "16");
}

TEST(HistogramQueries, GiveTheSamplesThemselves) {
  EXPECT_EQ(ask("n"), "{count:8, sum:10, [-1,-0.5):1, [-0.5,0.5]:1, (0.5,1]:2, (1,2]:3, (2,4]:1}");
  EXPECT_EQ(ask("c{i='a'}"), "{count:4, sum:6, [-Inf,1]:1, (1,2]:2, (2,+Inf]:1}");
}

TEST(HistogramQueries, EndWithAStaleMarker) {
  EXPECT_NE(ask("n", kMinute), "");
  EXPECT_EQ(ask("n", 2 * kMinute), "");
  EXPECT_EQ(ask("count_over_time(n[5m])", 2 * kMinute), "2");
}

TEST(HistogramQueries, CombineHistogramsWithOperators) {
  EXPECT_EQ(ask("histogram_count(n + n)"), "16");
  EXPECT_EQ(ask("n - n"), "{count:0, sum:0}");
  EXPECT_EQ(ask("histogram_sum(n * 2)"), "20");
  EXPECT_EQ(ask("histogram_sum(2 * n)"), "20");
  EXPECT_EQ(ask("n / 0"), "{count:+Inf, sum:+Inf, [-0.5,0.5]:+Inf}");
  EXPECT_EQ(ask("n == bool n"), "1");
  EXPECT_EQ(ask("n != n"), "");
}

TEST(HistogramQueries, TellOfOperandsThatDoNotFit) {
  EXPECT_EQ(ask("n + 1"),
            "PromQL info: incompatible sample types encountered for binary operator \"+\": "
            "histogram + float (1:1)");
  EXPECT_EQ(ask("f / on() n"),
            "PromQL info: incompatible sample types encountered for binary operator \"/\": "
            "float / histogram (1:1)");
  EXPECT_EQ(ask("c{i='a'} - on() c{i='b'}"),
            "PromQL warning: incompatible bucket layout encountered for binary operator - (1:1)");
}

TEST(HistogramQueries, AggregateHistograms) {
  EXPECT_EQ(ask("histogram_count(sum({__name__=~'n|gauge'}))"), "16");
  EXPECT_EQ(ask("histogram_count(avg({__name__=~'n|gauge'}))"), "8");
  EXPECT_EQ(ask("count({__name__=~'n|f'})"), "2");
  EXPECT_EQ(ask("group(n)"), "1");
}

TEST(HistogramQueries, TellOfAggregationsThatDoNotFit) {
  EXPECT_EQ(ask("max({__name__=~'n|f'})"),
            "3 PromQL info: ignored histogram in max aggregation (1:5)");
  EXPECT_EQ(ask("sum({__name__=~'n|f'})"),
            "PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)");
  EXPECT_EQ(ask("sum(c)"),
            "PromQL warning: vector contains histograms with incompatible custom buckets for "
            "metric name \"c\" (1:5)");
  EXPECT_EQ(ask("sum({__name__=~'n|c',i!='b'})"),
            "PromQL warning: vector contains a mix of histograms with exponential and custom "
            "buckets schemas for metric name \"n\" (1:5)");
}

TEST(HistogramQueries, TellOfRangesOfBothKinds) {
  EXPECT_EQ(ask("rate(mix[5m])", kMinute),
            "PromQL warning: encountered a mix of histograms and floats for metric name \"mix\" "
            "(1:6)");
  EXPECT_EQ(ask("max_over_time(mix[5m])", kMinute),
            "1 PromQL info: ignored histograms in a range containing both floats and histograms "
            "for metric name \"mix\" (1:15)");
  EXPECT_EQ(ask("changes(mix[5m])", kMinute), "1");
  EXPECT_EQ(ask("resets(mix[5m])", kMinute), "1");
  EXPECT_EQ(ask("count_over_time(mix[5m])", kMinute), "2");
}

TEST(HistogramQueries, TellOfGaugesAndCounters) {
  EXPECT_EQ(ask("histogram_count(rate(gauge[5m]))", kMinute),
            "0 PromQL warning: this native histogram metric is not a counter: \"gauge\" (1:22)");
  EXPECT_EQ(ask("histogram_count(delta(n[2m]))", kMinute),
            "16 PromQL warning: this native histogram metric is not a gauge: \"n\" (1:23)");
}

TEST(HistogramQueries, TellOfObservationsThatAreNaN) {
  EXPECT_EQ(ask("histogram_quantile(0.999, odd)"),
            "NaN PromQL info: input to histogram_quantile has NaN observations, result is NaN for "
            "metric name \"\" (1:20)");
  EXPECT_EQ(ask("histogram_quantile((0.999), odd)"),
            "NaN PromQL info: input to histogram_quantile has NaN observations, result is NaN for "
            "metric name \"\" (1:20)");
  EXPECT_EQ(ask("histogram_quantile(0.1, odd)"),
            "4 PromQL info: input to histogram_quantile has NaN observations, "
            "result is skewed "
            "higher for metric name \"\" (1:20)");
  EXPECT_EQ(ask("histogram_fraction(-Inf, +Inf, odd)"),
            "0.8 PromQL info: input to histogram_fraction has NaN observations, which are "
            "excluded from all fractions for metric name \"\" (1:20)");
}

TEST(HistogramQueries, LeaveHistogramsOutOfFunctionsOfNumbers) {
  EXPECT_EQ(ask("abs({__name__=~'n|f'})"), "3");
  EXPECT_EQ(ask("sort({__name__=~'n|f'})"), "3");
  EXPECT_EQ(ask("scalar(n)").empty(), true);
  EXPECT_EQ(ask("absent(n)"), "");
  EXPECT_EQ(ask("timestamp(n)"), "0");
}

TEST(HistogramQueries, RefuseAFactorThatIsNoneThoughThereIsNoNumberToSmooth) {
  EngineOptions options;
  options.language.experimentalFunctions = true;
  const std::string query = "double_exponential_smoothing(n[5m], 0.3, 1)";
  try {
    Engine(options).instant(history(), query, kMinute);
    FAIL();
  } catch (const QueryError& error) {
    EXPECT_STREQ(error.what(), "invalid trend factor. Expected: 0 < tf < 1, got: 1.000000");
  }
}

}  // namespace
}  // namespace orchestrator_exporter::promql
