#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/metrics/history/head_of.h"

namespace orchestrator_exporter::history {

namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Operator = LabelMatcher::Operator;

}  // namespace

TEST(HeadQuery, GivesSamplesAfterATimeAndUntilAnother) {
  HeadOf one;
  for (int i = 0; i < 300; ++i, one.pass(seconds(15))) one.gauge(i);
  EXPECT_THAT(one.named("g", {.after = kBegin + 1785'000, .until = kBegin + 1815'000}),
              ElementsAre("__name__=g: 120@1800 121@1815"));
  EXPECT_THAT(one.named("g", {.after = kBegin + 4485'000}), IsEmpty());
  EXPECT_THAT(one.named("g", {.after = kBegin + 4470'000}), ElementsAre("__name__=g: 299@4485"));
}

TEST(HeadQuery, FindsSeriesByTheirLabels) {
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

TEST(HeadQuery, FindsTheFewSeriesOfALabelAmongTheManyOfAnother) {
  HeadOf one;
  std::vector<std::string> devices;
  for (int i = 0; i < 100; ++i) devices.push_back("d" + std::to_string(i));
  one.read([&](Sink& out) {
    const auto disks = out.gauge("disk", "D.");
    for (const std::string& device : devices) disks.add(1, {{"device", device}, {"kind", "ssd"}});
    out.gauge("other", "O.").add(1, {{"device", "d7"}});
  });
  const LabelMatcher device("device", Operator::kEqual, "d7");
  EXPECT_THAT(one.series({{"__name__", Operator::kEqual, "disk"}, device}),
              ElementsAre("__name__=disk,device=d7,kind=ssd"));
  EXPECT_THAT(one.series({device, {"kind", Operator::kEqual, "ssd"}}),
              ElementsAre("__name__=disk,device=d7,kind=ssd"));
  EXPECT_THAT(one.series({device, {"kind", Operator::kEqual, "hdd"}}), IsEmpty());
  EXPECT_THAT(one.series({{"__name__", Operator::kEqual, "disk"},
                          {"kind", Operator::kEqual, "ssd"}}),
              testing::SizeIs(100));
}

TEST(HeadQuery, KnowsNamesAndValuesOfLabels) {
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

TEST(HeadQuery, KnowsWhatItsFamiliesAre) {
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

TEST(HeadQuery, RefusesToGiveMoreSamplesThanAskedFor) {
  HeadOf one;
  for (int i = 0; i < 10; ++i, one.pass(seconds(15))) one.gauge(i);
  const std::vector<LabelMatcher> g = {{"__name__", Operator::kEqual, "g"}};
  EXPECT_EQ(one.head.select({.matchers = g}, 10).series.at(0).samples->times.size(), 10u);
  EXPECT_THROW(*one.head.select({.matchers = g}, 9).series.at(0).samples, TooManySamples);
}

TEST(HeadQuery, CanBeAskedWhileItTakesReadings) {
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
