#include "metrics/pushed/pushed_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {
namespace {

using testing::HasSubstr;
using testing::Not;

class Text final : public SeriesLabels {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  void append(TextBuffer& out) const override { out.append(text_); }

 private:
  const std::string text_;
};

class PushedMetricsTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kStart = 1'000;

  PushedMetrics make(PushedLimits limits) {
    return PushedMetrics({limits, [this] { return seconds; }, [] { return 1'700'000'000U; }});
  }
  template <typename Cell>
  std::shared_ptr<StreamFamily<Cell>> family(const std::string& name) {
    return store.family<Cell>({name, "Help.", Cell::kType, {}}, "test");
  }
  Taken delta(std::uint64_t stream, std::uint64_t time, double value,
              const std::string& labels = {}) {
    return family<CountCell>("c_total")->take({stream, Temporality::kDelta, kStart, time}, {value},
                                              Text(labels));
  }
  Taken total(std::uint64_t stream, std::uint64_t time, double value,
              const std::string& labels = {}) {
    return family<CountCell>("c_total")->take({stream, Temporality::kCumulative, kStart, time},
                                              {value}, Text(labels));
  }
  Taken level(std::uint64_t stream, std::uint64_t time, double value, Temporality temporality,
              const std::string& labels = {}) {
    return family<LevelCell>("g")->take({stream, temporality, kStart, time}, {value}, Text(labels));
  }
  std::string page() {
    return exposeText([this](Sink& out) { store.collect(out); });
  }
  // The value of a series; "none" if it is not there.
  std::string value(const std::string& series) {
    const std::string text = "\n" + page();
    const std::size_t at = text.find("\n" + series + " ");
    if (at == std::string::npos) return "none";
    const std::size_t begin = at + series.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }

  std::uint32_t seconds = 100'000;
  PushedMetrics store = make({.maxSeries = 10, .maxSeriesPerFamily = 3, .maxStreams = 12});
};

TEST_F(PushedMetricsTest, AddsDeltasUp) {
  EXPECT_EQ(delta(1, 10, 2).value, 2);
  EXPECT_EQ(delta(1, 20, 3).value, 3);
  EXPECT_EQ(page(), "# HELP c_total Help.\n# TYPE c_total counter\nc_total 5\n");
}

TEST_F(PushedMetricsTest, IgnoresARepeatOfADelta) {
  delta(1, 10, 2);
  delta(1, 20, 3);
  EXPECT_EQ(delta(1, 10, 2).result, PushResult::kDuplicate);
  EXPECT_EQ(delta(1, 20, 3).result, PushResult::kDuplicate);
  EXPECT_EQ(value("c_total"), "5");
}

TEST_F(PushedMetricsTest, FindsRepeatsAmongTheLastEightDeltas) {
  for (std::uint64_t time = 1; time <= 9; ++time) delta(1, time, 1);
  EXPECT_EQ(delta(1, 2, 1).result, PushResult::kDuplicate);
  EXPECT_EQ(delta(1, 1, 1).result, PushResult::kAccepted);
}

TEST_F(PushedMetricsTest, AddsALateDeltaThatIsNoRepeat) {
  delta(1, 20, 3);
  EXPECT_EQ(delta(1, 10, 2).result, PushResult::kAccepted);
  EXPECT_EQ(delta(1, 10, 4).result, PushResult::kAccepted);
  EXPECT_EQ(value("c_total"), "9");
}

TEST_F(PushedMetricsTest, ShowsATotalAndWhatIsNewInIt) {
  EXPECT_EQ(total(1, 10, 5).value, 5);
  EXPECT_EQ(total(1, 20, 5.5).value, 0.5);
  EXPECT_EQ(value("c_total"), "5.5");
}

TEST_F(PushedMetricsTest, IgnoresATotalThatIsNotLater) {
  total(1, 20, 5);
  EXPECT_EQ(total(1, 20, 6).result, PushResult::kDuplicate);
  EXPECT_EQ(total(1, 10, 4).result, PushResult::kDuplicate);
  EXPECT_EQ(value("c_total"), "5");
}

TEST_F(PushedMetricsTest, AddsTheStreamsOfASeriesUp) {
  total(1, 10, 5);
  total(2, 10, 7);
  total(1, 20, 6);
  EXPECT_EQ(value("c_total"), "13");
}

TEST_F(PushedMetricsTest, KeepsWhatWasCountedBeforeARestart) {
  total(1, 10, 5);
  EXPECT_EQ(total(1, 20, 2).value, 2);
  EXPECT_EQ(value("c_total"), "7");
}

TEST_F(PushedMetricsTest, ShowsOneStreamWithoutErrorsOfRounding) {
  total(1, 10, 0.1);
  total(1, 20, 0.3);
  EXPECT_EQ(value("c_total"), "0.3");
}

TEST_F(PushedMetricsTest, ShowsTheLatestInstant) {
  level(1, 10, 5, Temporality::kInstant);
  level(2, 20, 4, Temporality::kInstant);
  EXPECT_EQ(level(2, 15, 9, Temporality::kInstant).result, PushResult::kDuplicate);
  EXPECT_EQ(value("g"), "4");
}

TEST_F(PushedMetricsTest, AddsSharesOfALevelUpUntilTheirSenderIsSilent) {
  level(1, 10, 5, Temporality::kCumulative);
  level(2, 10, 7, Temporality::kCumulative);
  EXPECT_EQ(value("g"), "12");
  seconds += 301;
  level(2, 20, 6, Temporality::kCumulative);
  page();  // looks at the streams
  EXPECT_EQ(value("g"), "6");
}

TEST_F(PushedMetricsTest, KeepsTheFirstTypeOfAName) {
  delta(1, 10, 2);
  EXPECT_EQ(family<LevelCell>("c_total"), nullptr);
  EXPECT_EQ(store.typeOf("c_total"), MetricType::kCounter);
}

TEST_F(PushedMetricsTest, CountsFurtherSeriesInTheOverflowSeries) {
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const auto result = delta(i, 10, 1, "{a=\"" + std::to_string(i) + "\"}").result;
    EXPECT_EQ(result, i <= 3 ? PushResult::kAccepted : PushResult::kOverflow);
  }
  total(6, 10, 4, "{a=\"6\"}");
  EXPECT_EQ(total(6, 20, 5, "{a=\"6\"}").value, 1);
  EXPECT_EQ(value("c_total{a=\"3\"}"), "1");
  EXPECT_EQ(value("c_total{overflow=\"true\"}"), "7");
  EXPECT_THAT(page(), Not(HasSubstr("a=\"4\"")));
}

TEST_F(PushedMetricsTest, DropsFurtherGauges) {
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const auto result =
        level(i, 10, 1, Temporality::kInstant, "{a=\"" + std::to_string(i) + "\"}").result;
    EXPECT_EQ(result, i <= 3 ? PushResult::kAccepted : PushResult::kOverflow);
  }
  EXPECT_THAT(page(), Not(HasSubstr("overflow")));
}

TEST_F(PushedMetricsTest, RefusesStreamsBeyondTheirNumber) {
  for (std::uint64_t i = 1; i <= 12; ++i) total(i, 10, 1);
  EXPECT_EQ(total(13, 10, 1).result, PushResult::kRejected);
  EXPECT_EQ(total(12, 20, 2).result, PushResult::kAccepted);
}

TEST_F(PushedMetricsTest, ForgetsGaugesAfterFiveMinutesAndCountersAfterADay) {
  delta(1, 10, 2);
  level(1, 10, 5, Temporality::kInstant);
  seconds += 300;
  EXPECT_EQ(value("g"), "5");
  seconds += 1;
  EXPECT_EQ(value("g"), "none");
  seconds += 86'400 - 301;
  EXPECT_EQ(value("c_total"), "2");
  seconds += 1;
  EXPECT_EQ(value("c_total"), "none");
  EXPECT_EQ(store.seriesCount(), 0u);
}

TEST_F(PushedMetricsTest, BeginsAtZeroWhenASeriesComesBack) {
  delta(1, 10, 2);
  seconds += 90'000;
  EXPECT_EQ(page(), "");
  delta(1, 20, 3);
  EXPECT_EQ(value("c_total"), "3");
}

TEST_F(PushedMetricsTest, ForgetsStreamsWithTheirSeries) {
  delta(1, 10, 2);
  total(2, 10, 2);
  EXPECT_EQ(store.streamCount(), 2u);
  seconds += 90'000;
  page();
  EXPECT_EQ(store.streamCount(), 0u);
}

TEST_F(PushedMetricsTest, HidesASeriesThatItsSenderEnds) {
  level(1, 10, 5, Temporality::kInstant);
  family<LevelCell>("g")->end({1, Temporality::kInstant, kStart, 20});
  EXPECT_EQ(value("g"), "none");
  level(1, 30, 6, Temporality::kInstant);
  EXPECT_EQ(value("g"), "6");
}

TEST_F(PushedMetricsTest, TellsOfHiddenFamiliesOnlyWhatIsNew) {
  const auto hidden = store.family<CountCell>({"h_total", "Help."}, "test", false);
  hidden->take({1, Temporality::kCumulative, kStart, 10}, {5}, Text(""));
  EXPECT_EQ(hidden->take({1, Temporality::kCumulative, kStart, 20}, {7}, Text("")).value, 2);
  EXPECT_EQ(page(), "");
}

TEST_F(PushedMetricsTest, ShowsTheLastExemplarOfACounter) {
  const PushedExemplar exemplar{"abc", "def", 2, 1'700'000'000};
  family<CountCell>("c_total")->take({1, Temporality::kDelta, kStart, 10}, {2, {&exemplar, 1}},
                                     Text(""));
  const ExpositionOptions options{.format = Format::kOpenMetrics100};
  EXPECT_THAT(expose(options, [this](Sink& out) { store.collect(out); }),
              HasSubstr("c_total 2 # {span_id=\"def\",trace_id=\"abc\"} 2 1700000000\n"));
}

TEST_F(PushedMetricsTest, LosesNothingWhileItIsScraped) {
  constexpr int kPoints = 20'000;
  std::thread pushing([this] {
    const auto counters = family<CountCell>("c_total");
    for (int i = 1; i <= kPoints; ++i) {
      counters->take({1, Temporality::kDelta, kStart, static_cast<std::uint64_t>(i)}, {1},
                     Text("{a=\"b\"}"));
    }
  });
  for (int i = 0; i < 50; ++i) page();
  pushing.join();
  EXPECT_EQ(value("c_total{a=\"b\"}"), "20000");
}

class PushedHistograms : public PushedMetricsTest {
 protected:
  Taken buckets(Temporality temporality, std::uint64_t time, std::vector<double> bounds,
                std::vector<std::uint64_t> counts, double sum) {
    std::uint64_t count = 0;
    for (const std::uint64_t one : counts) count += one;
    return family<BucketCell>("h")->take({1, temporality, kStart, time},
                                         {bounds, counts, count, sum, {}}, Text(""));
  }
  std::string shown() { return page().substr(std::string("# HELP h Help.\n").size()); }
};

TEST_F(PushedHistograms, AddUp) {
  buckets(Temporality::kDelta, 10, {1, 2}, {1, 0, 2}, 9);
  const Taken taken = buckets(Temporality::kDelta, 20, {1, 2}, {0, 1, 0}, 1.5);
  EXPECT_EQ(taken.value, 1.5);
  EXPECT_EQ(taken.count, 1u);
  EXPECT_EQ(shown(),
            "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"2\"} 2\n"
            "h_bucket{le=\"+Inf\"} 4\nh_sum 10.5\nh_count 4\n");
}

TEST_F(PushedHistograms, BeginAgainWithOtherBounds) {
  buckets(Temporality::kDelta, 10, {1, 2}, {1, 0, 2}, 9);
  buckets(Temporality::kDelta, 20, {5}, {1, 1}, 8);
  EXPECT_EQ(shown(),
            "# TYPE h histogram\nh_bucket{le=\"5\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 8\nh_count "
            "2\n");
}

TEST_F(PushedHistograms, GrowWithTheirStreamAndKeepWhatWasBeforeARestart) {
  buckets(Temporality::kCumulative, 10, {1}, {1, 1}, 3);
  EXPECT_EQ(buckets(Temporality::kCumulative, 20, {1}, {2, 1}, 3.5).count, 1u);
  EXPECT_EQ(buckets(Temporality::kCumulative, 30, {1}, {0, 1}, 2).count, 1u);
  EXPECT_EQ(shown(),
            "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 4\nh_sum 5.5\nh_count "
            "4\n");
}

TEST_F(PushedHistograms, AreFoundToBeRepeats) {
  buckets(Temporality::kDelta, 10, {1}, {1, 1}, 3);
  EXPECT_EQ(buckets(Temporality::kDelta, 10, {1}, {1, 1}, 3).result, PushResult::kDuplicate);
  EXPECT_EQ(buckets(Temporality::kDelta, 10, {1}, {2, 0}, 3).result, PushResult::kAccepted);
}

class PushedExponentials : public PushedHistograms {
 protected:
  Taken push(Temporality temporality, std::uint64_t time, const ExponentialPoint& point) {
    return family<ExponentialCell>("h")->take({1, temporality, kStart, time}, point, Text(""));
  }
  std::string asProtobuf() {
    const ExpositionOptions options{.format = Format::kProtobuf};
    return expose(options, [this](Sink& out) { store.collect(out); });
  }

  const std::vector<std::uint64_t> counts = {1, 0, 2};
};

TEST_F(PushedExponentials, ShowPowersOfTwoThatHoldData) {
  // Scale 1: the buckets (1, sqrt 2], (sqrt 2, 2] and (2, 2 sqrt 2].
  push(Temporality::kDelta, 10,
       {.scale = 1,
        .zeroCount = 1,
        .positive = {0, counts},
        .negative = {2, counts},
        .count = 7,
        .sum = 4});
  EXPECT_EQ(shown(),
            "# TYPE h histogram\nh_bucket{le=\"-4\"} 2\nh_bucket{le=\"-2\"} 3\nh_bucket{le=\"0\"} "
            "4\nh_bucket{le=\"2\"} 5\nh_bucket{le=\"4\"} 7\nh_bucket{le=\"+Inf\"} 7\nh_sum "
            "4\nh_count 7\n");
}

TEST_F(PushedExponentials, OfDifferentScalesAddUpInTheCoarser) {
  push(Temporality::kDelta, 10, {.scale = 1, .positive = {0, counts}, .count = 3, .sum = 5});
  push(Temporality::kDelta, 20, {.scale = 0, .positive = {0, counts}, .count = 3, .sum = 15});
  // (1, 2] has 1 of each, (2, 4] two of the first, (4, 8] two of the second.
  EXPECT_THAT(shown(), HasSubstr("h_bucket{le=\"2\"} 2\nh_bucket{le=\"4\"} 4\nh_bucket{le=\"8\"} "
                                 "6\n"));
}

TEST_F(PushedExponentials, GrowWithTheirStream) {
  const std::vector<std::uint64_t> more = {1, 1, 2};
  push(Temporality::kCumulative, 10, {.scale = 0, .positive = {0, counts}, .count = 3, .sum = 9});
  const Taken taken = push(Temporality::kCumulative, 20,
                           {.scale = 0, .positive = {0, more}, .count = 4, .sum = 12});
  EXPECT_EQ(taken.count, 1u);
  EXPECT_THAT(shown(), HasSubstr("h_bucket{le=\"2\"} 1\nh_bucket{le=\"4\"} 2\nh_bucket{le=\"8\"} "
                                 "4\nh_bucket{le=\"+Inf\"} 4\nh_sum 12\n"));
}

TEST_F(PushedExponentials, AreMadeCoarserUntilTheirBucketsAreFew) {
  const std::vector<std::uint64_t> many(1'000, 1);
  push(Temporality::kDelta, 10, {.scale = 20, .positive = {0, many}, .count = 1'000, .sum = 1'000});
  // All lie close above 1.
  EXPECT_THAT(shown(), HasSubstr("h_bucket{le=\"2\"} 1000\nh_bucket{le=\"+Inf\"} 1000\n"));
  EXPECT_LT(asProtobuf().size(), 200u);
}

TEST_F(PushedExponentials, StandFarApartWithoutMemoryForWhatIsBetween) {
  const std::vector<std::uint64_t> one = {1};
  push(Temporality::kDelta, 10, {.scale = 8, .positive = {-270'000, one}, .count = 1, .sum = 0});
  push(Temporality::kDelta, 20, {.scale = 8, .positive = {262'000, one}, .count = 1, .sum = 1e308});
  EXPECT_THAT(shown(), HasSubstr("h_count 2\n"));
}

TEST_F(PushedMetricsTest, ShowsTheLatestSummary) {
  const std::vector<Quantile> quantiles = {{0.5, 2}, {0.9, 3}};
  const auto summaries = family<QuantileCell>("s");
  summaries->take({1, Temporality::kInstant, kStart, 10}, {quantiles, 4, 9}, Text("{a=\"b\"}"));
  EXPECT_EQ(value("s{a=\"b\",quantile=\"0.9\"}"), "3");
  EXPECT_EQ(value("s_count{a=\"b\"}"), "4");
}

}  // namespace
}  // namespace orchestrator_exporter
