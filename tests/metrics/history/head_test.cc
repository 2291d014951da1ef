#include "metrics/history/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <functional>
#include <thread>

namespace orchestrator_exporter::history {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Operator = LabelMatcher::Operator;

constexpr std::int64_t kBegin = 1'700'000'000'000;
constexpr std::size_t kNoLimit = SIZE_MAX;

std::string textOf(const LabelSet& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text.append(text.empty() ? "" : ",").append(name).append("=").append(value);
  }
  return text;
}

// Times in seconds after kBegin.
std::string textOf(const SelectedSeries& series) {
  std::string text = textOf(*series.labels) + ":";
  for (std::size_t i = 0; i < series.samples->times.size(); ++i) {
    const double value = series.samples->values[i];
    const bool stale = std::bit_cast<std::uint64_t>(value) == kStaleBits;
    text += " " + (stale ? "stale" : std::to_string(std::lround(value))) + "@" +
            std::to_string((series.samples->times[i] - kBegin) / 1000);
  }
  return text;
}

// A head and the readings that it takes, at a time that the test moves.
class HeadOf {
 public:
  explicit HeadOf(Head::Config config = {}) : head(std::move(config)) {}

  void read(const std::function<void(Sink&)>& give) {
    auto reading = std::make_shared<Snapshot>();
    give(*reading);
    reading->time = std::chrono::system_clock::time_point(milliseconds(now));
    if (before_ != nullptr) reading->compareWith(*before_);
    before_ = reading;
    head.take(reading);
  }
  void gauge(double value) {
    read([&](Sink& out) { out.gauge("g", "G.").add(value); });
  }
  void pass(milliseconds time) { now += time.count(); }

  std::vector<std::string> select(const std::vector<LabelMatcher>& matchers,
                                  Selection selection = {}) const {
    selection.matchers = matchers;
    std::vector<std::string> texts;
    for (const SelectedSeries& series : head.select(selection, kNoLimit).series) {
      texts.push_back(textOf(series));
    }
    return texts;
  }
  std::vector<std::string> named(const std::string& name, Selection selection = {}) const {
    return select({{"__name__", Operator::kEqual, name}}, selection);
  }
  std::vector<std::string> series(const std::vector<LabelMatcher>& matchers) const {
    const std::vector<std::vector<LabelMatcher>> any = {matchers};
    std::vector<std::string> texts;
    for (const LabelSet& labels : head.series({.any = any})) texts.push_back(textOf(labels));
    return texts;
  }

  std::int64_t now = kBegin;
  Head head;

 private:
  std::shared_ptr<const Snapshot> before_;
};

void giveDisks(Sink& out, const std::vector<std::string>& devices) {
  auto disks = out.gauge("disk", "D.");
  for (const std::string& device : devices) disks.add(1, {{"device", device}});
}

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

TEST(Head, GivesSamplesAfterATimeAndUntilAnother) {
  HeadOf one;
  for (int i = 0; i < 300; ++i, one.pass(seconds(15))) one.gauge(i);
  EXPECT_THAT(one.named("g", {.after = kBegin + 1785'000, .until = kBegin + 1815'000}),
              ElementsAre("__name__=g: 120@1800 121@1815"));
  EXPECT_THAT(one.named("g", {.after = kBegin + 4485'000}), IsEmpty());
  EXPECT_THAT(one.named("g", {.after = kBegin + 4470'000}), ElementsAre("__name__=g: 299@4485"));
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

TEST(Head, FindsSeriesByTheirLabels) {
  HeadOf one;
  one.read([](Sink& out) {
    giveDisks(out, {"sda", "sdb", "nvme0n1"});
    out.gauge("other", "O.").add(1);
  });
  const LabelMatcher disk("__name__", Operator::kEqual, "disk");
  EXPECT_THAT(one.series({disk, {"device", Operator::kEqual, "sda"}}),
              ElementsAre("__name__=disk,device=sda"));
  EXPECT_THAT(one.series({disk, {"device", Operator::kMatches, "sd."}}),
              ElementsAre("__name__=disk,device=sda", "__name__=disk,device=sdb"));
  EXPECT_THAT(one.series({disk, {"device", Operator::kMatchesNot, "sd."}}),
              ElementsAre("__name__=disk,device=nvme0n1"));
  EXPECT_THAT(one.series({disk, {"device", Operator::kNotEqual, "sda"}}),
              ElementsAre("__name__=disk,device=nvme0n1", "__name__=disk,device=sdb"));
  EXPECT_THAT(one.series({{"__name__", Operator::kMatches, "disk|other"},
                          {"device", Operator::kEqual, ""}}),
              ElementsAre("__name__=other"));
  EXPECT_THAT(one.series({{"device", Operator::kNotEqual, ""}}), testing::SizeIs(3));
  EXPECT_THAT(one.series({disk, {"unknown", Operator::kMatches, ".*"}}), testing::SizeIs(3));
  EXPECT_THAT(one.series({disk, {"unknown", Operator::kMatches, ".+"}}), IsEmpty());
}

TEST(Head, KnowsNamesAndValuesOfLabels) {
  HeadOf one({.external = {{"job", "j"}}});
  one.read([](Sink& out) {
    giveDisks(out, {"b", "a"});
    out.gauge("other", "O.").add(1);
  });
  EXPECT_THAT(one.head.labelNames({}), ElementsAre("__name__", "device", "job"));
  EXPECT_THAT(one.head.labelValues("device", {}), ElementsAre("a", "b"));
  EXPECT_THAT(one.head.labelValues("device", {.limit = 1}), ElementsAre("a"));
  const std::vector<std::vector<LabelMatcher>> any = {{{"__name__", Operator::kEqual, "other"}}};
  EXPECT_THAT(one.head.labelNames({.any = any}), ElementsAre("__name__", "job"));
  EXPECT_THAT(one.head.labelValues("device", {.any = any}), IsEmpty());
  EXPECT_THAT(one.head.series({.any = any, .until = kBegin - 1}), IsEmpty());
  EXPECT_THAT(one.head.labelNames({.from = kBegin + 1}), IsEmpty());
}

TEST(Head, KnowsWhatItsFamiliesAre) {
  HeadOf one;
  EXPECT_THAT(one.head.metadata(), IsEmpty());
  one.read([](Sink& out) {
    out.counter("z_seconds_total", "Z.", "seconds").add(1);
    out.gauge("a", "A.").add(1);
    out.gauge("empty", "E.");
  });
  const auto metadata = one.head.metadata();
  ASSERT_EQ(metadata.size(), 2u);
  EXPECT_EQ(metadata[0].family, "a");
  EXPECT_EQ(metadata[1].family, "z_seconds_total");
  EXPECT_EQ(metadata[1].type, MetricType::kCounter);
  EXPECT_EQ(metadata[1].help, "Z.");
  EXPECT_EQ(metadata[1].unit, "seconds");
}

TEST(Head, RefusesToGiveMoreSamplesThanAskedFor) {
  HeadOf one;
  for (int i = 0; i < 10; ++i, one.pass(seconds(15))) one.gauge(i);
  const std::vector<LabelMatcher> g = {{"__name__", Operator::kEqual, "g"}};
  EXPECT_EQ(one.head.select({.matchers = g}, 10).series.size(), 1u);
  EXPECT_THROW(one.head.select({.matchers = g}, 9), TooManySamples);
}

TEST(Head, KeepsSamplesWithTimesOfTheirOwn) {
  HeadOf one;
  const TimedSample samples[] = {{kBegin, 1}, {kBegin + 7000, 2}, {kBegin + 3000, 3}};
  EXPECT_THAT(one.head.append({{"__name__", "t"}}, samples),
              testing::Each(AppendResult::kAppended));
  EXPECT_THAT(one.named("t"), ElementsAre("__name__=t: 1@0 3@3 2@7"));
  EXPECT_THAT(one.named("t", {.after = kBegin, .until = kBegin + 3000}),
              ElementsAre("__name__=t: 3@3"));
}

TEST(Head, JoinsReadingsAndOtherSamplesOfOneSeries) {
  HeadOf one;
  for (int i = 1; i <= 2; ++i, one.pass(seconds(15))) one.gauge(i);
  const TimedSample samples[] = {{kBegin + 5000, 5}, {kBegin + 15000, 6}};
  one.head.append({{"__name__", "g"}}, samples);
  EXPECT_THAT(one.named("g"), ElementsAre("__name__=g: 1@0 5@5 2@15"));
}

TEST(Head, RefusesSamplesThatAreTooOldOrTooManySeries) {
  HeadOf one({.external = {}, .maxSeries = 6});
  one.gauge(1);
  const TimedSample old[] = {{kBegin - 3'600'001, 1}};
  EXPECT_THAT(one.head.append({{"__name__", "g"}}, old), ElementsAre(AppendResult::kTooOld));
  const TimedSample now[] = {{kBegin + 1, 1}};
  EXPECT_THAT(one.head.append({{"__name__", "seventh"}}, now), ElementsAre(AppendResult::kRefused));
  const TimedSample never[] = {{Selection::kNewest, 1}, {Selection::kOldest, 1}};
  EXPECT_THAT(one.head.append({{"__name__", "g"}}, never), testing::Each(AppendResult::kRefused));
  EXPECT_EQ(one.head.figures().refused, 4u);
  EXPECT_EQ(one.head.figures().series, 6u);
}

TEST(Head, TakesAnyTimeBeforeItHasOne) {
  HeadOf one;
  const TimedSample samples[] = {{0, 1}};
  EXPECT_THAT(one.head.append({{"__name__", "t"}}, samples), ElementsAre(AppendResult::kAppended));
}

TEST(Head, CanBeAskedWhileItTakesReadings) {
  HeadOf one;
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  one.read([](Sink& out) { giveDisks(out, {"a", "b", "c"}); });
  const auto ask = [&] {
    const std::vector<LabelMatcher> disk = {{"device", Operator::kMatches, "[ab]"}};
    while (!done) {
      const Selected selected = one.head.select({.matchers = disk}, kNoLimit);
      const auto& series = selected.series;
      if (series.empty()) continue;  // more came meanwhile than the head keeps
      if (series.size() != 2 || series[0].samples->times != series[1].samples->times) ++torn;
      one.head.labelValues("device", {});
      one.head.figures();
    }
  };
  std::thread first(ask);
  std::thread second(ask);
  for (int i = 0; i < 2000; ++i) {
    one.pass(seconds(15));
    std::vector<std::string> devices = {"a", "b"};
    if (i % 3 > 0) devices.push_back(std::to_string(i / 10));
    one.read([&](Sink& out) { giveDisks(out, devices); });
  }
  done = true;
  first.join();
  second.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace orchestrator_exporter::history
