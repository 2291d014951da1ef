#include "metrics/history/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/history/head_of.h"

namespace orchestrator_exporter::history {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using Operator = LabelMatcher::Operator;

}  // namespace

TEST(Head, GivesBackReadings) {
  HeadOf one({.external = {{"job", "j"}}});
  for (int i = 1; i <= 3; ++i, one.pass(seconds(15))) one.gauge(i);
  EXPECT_THAT(one.named("g"), ElementsAre("__name__=g,job=j: 1@0 2@15 3@30"));
}

TEST(Head, GivesWhatPrometheusAddsToAScrape) {
  HeadOf one({.external = {{"job", "j"}}});
  one.read([](Sink& out) {
    out.gauge("g", "G.").add(7);
    const Bucket buckets[] = {{1, 1}};
    out.histogram("h", "H.").add({.buckets = buckets, .count = 2, .sum = 3});
  });
  EXPECT_THAT(one.named("up"), ElementsAre("__name__=up,job=j: 1@0"));
  EXPECT_THAT(one.named("scrape_samples_scraped"),
              ElementsAre("__name__=scrape_samples_scraped,job=j: 5@0"));
  EXPECT_THAT(one.named("scrape_samples_post_metric_relabeling"),
              ElementsAre("__name__=scrape_samples_post_metric_relabeling,job=j: 5@0"));
  EXPECT_THAT(one.named("scrape_duration_seconds"),
              ElementsAre("__name__=scrape_duration_seconds,job=j: 0@0"));
  EXPECT_THAT(one.named("h_bucket"), ElementsAre("__name__=h_bucket,job=j,le=+Inf: 2@0",
                                                 "__name__=h_bucket,job=j,le=1.0: 1@0"));
}

TEST(Head, CountsTheSeriesThatAReadingAdds) {
  HeadOf one;
  for (const std::size_t disks : {2, 2, 3, 1}) {
    const std::vector<std::string> devices = {"a", "b", "c"};
    one.read([&](Sink& out) {
      giveDisks(out, {devices.begin(), devices.begin() + static_cast<std::ptrdiff_t>(disks)});
    });
    one.pass(seconds(15));
  }
  EXPECT_THAT(one.named("scrape_series_added"),
              ElementsAre("__name__=scrape_series_added: 2@0 0@15 1@30 0@45"));
}

TEST(Head, MarksSeriesThatAreMissingInAReading) {
  HeadOf one;
  one.read([](Sink& out) { giveDisks(out, {"a", "b"}); });
  one.pass(seconds(15));
  one.read([](Sink& out) { giveDisks(out, {"b"}); });
  one.pass(seconds(15));
  one.read([](Sink& out) { giveDisks(out, {"b"}); });
  one.pass(seconds(15));
  one.read([](Sink& out) { giveDisks(out, {"c", "a", "b"}); });
  EXPECT_THAT(one.named("disk"), ElementsAre("__name__=disk,device=a: 1@0 stale@15 1@45",
                                             "__name__=disk,device=b: 1@0 1@15 1@30 1@45",
                                             "__name__=disk,device=c: 1@45"));
}

TEST(Head, MarksBucketsThatAreMissing) {
  HeadOf one;
  const auto give = [](double bound) {
    return [=](Sink& out) {
      const Bucket buckets[] = {{bound, 1}};
      out.histogram("h", "H.").add({.buckets = buckets, .count = 1, .sum = 1});
    };
  };
  one.read(give(1));
  one.pass(seconds(15));
  one.read(give(2));
  EXPECT_THAT(one.named("h_bucket"), ElementsAre("__name__=h_bucket,le=+Inf: 1@0 1@15",
                                                 "__name__=h_bucket,le=1.0: 1@0 stale@15",
                                                 "__name__=h_bucket,le=2.0: 1@15"));
}

TEST(Head, FollowsReadingsWhoseSeriesChangePlaces) {
  HeadOf one;
  std::vector<std::string> devices = {"a", "b", "c", "d", "e"};
  for (int i = 0; i < 40; ++i, one.pass(seconds(15))) {
    std::rotate(devices.begin(), devices.begin() + i % 3, devices.end());
    one.read([&](Sink& out) {
      for (const std::string& device : devices) {
        out.gauge("disk", "D.").add(device[0], {{"device", device}});
      }
    });
  }
  const Selected all = one.head.select(
      {.matchers = std::vector<LabelMatcher>{{"__name__", Operator::kEqual, "disk"}}}, kNoLimit);
  ASSERT_EQ(all.series.size(), 5u);
  for (const SelectedSeries& series : all.series) {
    EXPECT_THAT(
        series.samples->values,
        testing::AllOf(testing::SizeIs(40), testing::Each(series.labels->get("device")[0])));
  }
}

TEST(Head, KeepsTheFirstOfTwoSamplesOfOneSeries) {
  HeadOf one;
  const auto give = [](Sink& out) {
    out.gauge("g", "G.").add(1);
    out.gauge("g", "G.").add(2);
  };
  one.read(give);
  one.pass(seconds(15));
  one.read(give);
  EXPECT_THAT(one.named("g"), ElementsAre("__name__=g: 1@0 1@15"));
}

TEST(Head, LeavesAGapWhereNoReadingWasMade) {
  HeadOf one;
  one.gauge(1);
  one.pass(minutes(5));
  one.gauge(2);
  EXPECT_THAT(one.named("g"), ElementsAre("__name__=g: 1@0 2@300"));
}

TEST(Head, KeepsNaNAsPrometheusReadsItFromText) {
  HeadOf one;
  one.gauge(std::bit_cast<double>(kStaleBits));
  const std::vector<LabelMatcher> g = {{"__name__", Operator::kEqual, "g"}};
  const Selected selected = one.head.select({.matchers = g}, kNoLimit);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(selected.series.at(0).samples->values.at(0)),
            0x7ff8000000000001u);
}

TEST(Head, RefusesAReadingThatIsNotLaterThanTheOneBefore) {
  HeadOf one;
  one.gauge(1);
  one.gauge(2);
  one.pass(-seconds(1));
  one.gauge(3);
  EXPECT_THAT(one.named("g"), ElementsAre("__name__=g: 1@0"));
  EXPECT_EQ(one.head.figures().refusedReadings, 2u);
}

TEST(Head, BeginsAnewWhenTheClockWasFarAhead) {
  HeadOf one;
  one.pass(std::chrono::hours(1000));
  one.gauge(1);
  one.pass(-std::chrono::hours(1000));
  one.gauge(2);
  one.pass(seconds(15));
  one.gauge(3);
  EXPECT_THAT(one.named("g"), ElementsAre("__name__=g: 2@0 3@15"));
}

TEST(Head, ForgetsWhatIsOlderThanItsRetention) {
  HeadOf one;
  one.read([](Sink& out) { giveDisks(out, {"a", "b"}); });
  for (int i = 0; i < 400; ++i) {
    one.pass(seconds(15));
    one.read([](Sink& out) { giveDisks(out, {"b"}); });
  }
  EXPECT_THAT(one.series({{"__name__", Operator::kEqual, "disk"}}),
              ElementsAre("__name__=disk,device=b"));
  EXPECT_THAT(one.head.labelValues("device", {}), ElementsAre("b"));
  const std::vector<LabelMatcher> b = {{"device", Operator::kEqual, "b"}};
  const auto times = one.head.select({.matchers = b}, kNoLimit).series.at(0).samples->times;
  EXPECT_GE(times.size(), 240u);
  EXPECT_LE(times.size(), 360u);
}

TEST(Head, StaysOfOneSizeWhileSeriesComeAndGo) {
  HeadOf one;
  std::size_t reading = 0;
  const auto give = [&](Sink& out) { giveDisks(out, {std::to_string(++reading / 10)}); };
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 480; ++j, one.pass(seconds(15))) one.read(give);
    sizes.push_back(one.head.figures().bytes);
  }
  EXPECT_LE(one.head.figures().series, 60u);
  EXPECT_LE(sizes[4], sizes[1] * 11 / 10);
}

TEST(Head, KeepsSamplesWithTimesOfTheirOwn) {
  HeadOf one;
  const TimedSample samples[] = {{kBegin, 1}, {kBegin + 7000, 2}, {kBegin + 3000, 3}};
  EXPECT_THAT(one.write({{"__name__", "t"}}, samples), testing::Each(AppendResult::kAppended));
  EXPECT_THAT(one.named("t"), ElementsAre("__name__=t: 1@0 3@3 2@7"));
  EXPECT_THAT(one.named("t", {.after = kBegin, .until = kBegin + 3000}),
              ElementsAre("__name__=t: 3@3"));
}

TEST(Head, JoinsReadingsAndOtherSamplesOfOneSeries) {
  HeadOf one;
  for (int i = 1; i <= 2; ++i, one.pass(seconds(15))) one.gauge(i);
  const TimedSample samples[] = {{kBegin + 5000, 5}, {kBegin + 15000, 6}};
  one.write({{"__name__", "g"}}, samples);
  EXPECT_THAT(one.named("g"), ElementsAre("__name__=g: 1@0 5@5 2@15"));
}

TEST(Head, RefusesSamplesThatAreTooOldOrTooManySeries) {
  HeadOf one({.external = {}, .maxSeries = 6});
  one.gauge(1);
  const TimedSample old[] = {{kBegin - 3'600'001, 1}};
  EXPECT_THAT(one.write({{"__name__", "g"}}, old), ElementsAre(AppendResult::kOutOfBounds));
  const TimedSample now[] = {{kBegin + 1, 1}};
  EXPECT_THAT(one.write({{"__name__", "seventh"}}, now), ElementsAre(AppendResult::kFull));
  const TimedSample never[] = {{Selection::kNewest, 1}, {Selection::kOldest, 1}};
  EXPECT_THAT(one.write({{"__name__", "g"}}, never), testing::Each(AppendResult::kOutOfBounds));
  EXPECT_EQ(one.head.figures().refused, 4u);
  EXPECT_EQ(one.head.figures().series, 6u);
}

TEST(Head, CountsTheRetentionFromTheNewestSampleIfThereAreNoReadings) {
  HeadOf one({.retention = std::chrono::seconds(100)});
  const TimedSample samples[] = {{0, 1}, {100'000, 2}, {99'999, 3}};
  EXPECT_THAT(one.write({{"__name__", "t"}}, samples), testing::Each(AppendResult::kAppended));
  const TimedSample late[] = {{0, 1}, {-1, 1}};
  EXPECT_THAT(one.write({{"__name__", "other"}}, late),
              ElementsAre(AppendResult::kAppended, AppendResult::kOutOfBounds));
}

TEST(Head, TakesOlderSamplesIfTheirRetentionIsLonger) {
  HeadOf one({.writtenRetention = std::chrono::hours(24)});
  one.gauge(1);
  const TimedSample samples[] = {{kBegin - 24 * 3'600'000, 1}, {kBegin - 24 * 3'600'000 - 1, 1}};
  EXPECT_THAT(one.write({{"__name__", "t"}}, samples),
              ElementsAre(AppendResult::kAppended, AppendResult::kOutOfBounds));
}

TEST(Head, TakesNoSampleThatIsLaterThanTheLatest) {
  HeadOf one;
  const TimedSample samples[] = {{kBegin, 1}, {kBegin + 1, 2}};
  EXPECT_THAT(one.write({{"__name__", "t"}}, samples, kBegin),
              ElementsAre(AppendResult::kAppended, AppendResult::kOutOfBounds));
}

TEST(Head, ShowsWhatWasDescribedBesideTheFamiliesOfReadings) {
  HeadOf one;
  one.gauge(1);
  const MetricMetadata pushed[] = {{"a", MetricType::kCounter, "A.", ""},
                                   {"g", MetricType::kSummary, "Not the reading's.", ""},
                                   {"z", MetricType::kGauge, "Z.", "seconds"}};
  EXPECT_EQ(one.head.describe(pushed).size(), 3u);
  EXPECT_TRUE(one.head.describe(pushed).empty());
  std::vector<std::string> said;
  for (const MetricMetadata& family : one.head.metadata()) {
    said.push_back(family.family + ": " + family.help + family.unit);
  }
  EXPECT_THAT(said, ElementsAre("a: A.", "g: G.", "z: Z.seconds"));
}

TEST(Head, TakesAnyTimeBeforeItHasOne) {
  HeadOf one;
  const TimedSample samples[] = {{0, 1}};
  EXPECT_THAT(one.write({{"__name__", "t"}}, samples), ElementsAre(AppendResult::kAppended));
}

}  // namespace orchestrator_exporter::history
