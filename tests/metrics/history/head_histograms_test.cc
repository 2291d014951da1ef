// What a head keeps of native histograms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/metrics/history/head_of.h"
#include "tests/metrics/history/native_reading.h"

namespace orchestrator_exporter::history {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kMinute = 60'000;

HistogramPointer counted(double count, FloatHistogram::Hint hint = FloatHistogram::Hint::kUnknown) {
  FloatHistogram histogram;
  histogram.hint = hint;
  histogram.count = count;
  histogram.sum = 2 * count;
  histogram.positive = {{1, count}};
  return std::make_shared<const FloatHistogram>(histogram);
}

Head::Results write(Head& head, const std::vector<TimedHistogram>& samples) {
  const std::vector<Label> labels = {{"__name__", "n"}};
  Head::Results results;
  head.append(WrittenHistograms{labels, samples}, std::numeric_limits<std::int64_t>::max(),
              results);
  return results;
}

// All that the head has of a series.
SampleColumns samplesOf(const Head& head, const char* name) {
  const std::vector<LabelMatcher> matchers = {
      LabelMatcher("__name__", LabelMatcher::Operator::kEqual, name)};
  const Selected selected = head.select({.matchers = matchers}, kNoLimit);
  return selected.series.empty() ? SampleColumns() : *selected.series.front().samples;
}

std::vector<double> countsOf(const Head& head, const char* name) {
  std::vector<double> counts;
  for (const auto& one : samplesOf(head, name).histograms.values) counts.push_back(one->count);
  return counts;
}

TEST(HeadHistograms, KeepsHistogramsWithTimesOfTheirOwn) {
  Head head({});
  EXPECT_THAT(write(head, {{kBegin, counted(1)}, {kBegin + kMinute, counted(5)}}),
              ElementsAre(AppendResult::kAppended, AppendResult::kAppended));
  const SampleColumns samples = samplesOf(head, "n");
  EXPECT_THAT(samples.histograms.times, ElementsAre(kBegin, kBegin + kMinute));
  EXPECT_EQ(*samples.histograms.values[1], *counted(5));
  EXPECT_THAT(samples.times, IsEmpty());
}

TEST(HeadHistograms, KeepsMoreThanAChunk) {
  Head head({});
  std::vector<TimedHistogram> all;
  for (int i = 0; i < 150; ++i) all.push_back({kBegin + i * 1000, counted(i)});
  write(head, all);
  EXPECT_EQ(samplesOf(head, "n").histograms.times.size(), 150);
  EXPECT_EQ(countsOf(head, "n").back(), 149);
}

TEST(HeadHistograms, PutsLateOnesInTheirPlace) {
  Head head({});
  write(head, {{kBegin, counted(1)}, {kBegin + 2 * kMinute, counted(3)}});
  EXPECT_THAT(write(head, {{kBegin + kMinute, counted(2)}}), ElementsAre(AppendResult::kAppended));
  EXPECT_THAT(countsOf(head, "n"), ElementsAre(1, 2, 3));
}

TEST(HeadHistograms, RefusesASecondValueOfATime) {
  Head head({});
  write(head, {{kBegin, counted(1)}});
  EXPECT_THAT(write(head, {{kBegin, counted(1)}, {kBegin, counted(2)}}),
              ElementsAre(AppendResult::kSame, AppendResult::kConflict));
}

TEST(HeadHistograms, RefusesWhatIsLaterThanTheWindow) {
  Head head({.outOfOrderWindow = std::chrono::minutes(1)});
  write(head, {{kBegin + 3 * kMinute, counted(1)}});
  EXPECT_THAT(write(head, {{kBegin + kMinute, counted(1)}}), ElementsAre(AppendResult::kTooOld));
}

TEST(HeadHistograms, EndASeriesWithAStaleSum) {
  Head head({});
  FloatHistogram stale;
  stale.sum = std::bit_cast<double>(kStaleBits);
  write(head,
        {{kBegin, counted(1)}, {kBegin + kMinute, std::make_shared<const FloatHistogram>(stale)}});
  const SampleColumns samples = samplesOf(head, "n");
  EXPECT_THAT(samples.times, ElementsAre(kBegin + kMinute));
  EXPECT_EQ(std::bit_cast<std::uint64_t>(samples.values.front()), kStaleBits);
  EXPECT_THAT(countsOf(head, "n"), ElementsAre(1));
}

TEST(HeadHistograms, FindOutResetsThemselves) {
  Head head({});
  write(head, {{kBegin, counted(1, FloatHistogram::Hint::kNotReset)},
               {kBegin + 1, counted(1, FloatHistogram::Hint::kReset)},
               {kBegin + 2, counted(1, FloatHistogram::Hint::kGauge)}});
  const SampleColumns samples = samplesOf(head, "n");
  EXPECT_EQ(samples.histograms.values[0]->hint, FloatHistogram::Hint::kUnknown);
  EXPECT_EQ(samples.histograms.values[1]->hint, FloatHistogram::Hint::kUnknown);
  EXPECT_EQ(samples.histograms.values[2]->hint, FloatHistogram::Hint::kGauge);
}

TEST(HeadHistograms, AreMoreSamplesThanOneToALimit) {
  Head head({});
  write(head, {{kBegin, counted(1)}});
  EXPECT_THROW(*head.select({}, 5).series.at(0).samples, TooManySamples);
}

TEST(HeadHistograms, KeepNativeBucketsOfAReadingBesideTheClassicOnes) {
  HeadOf head(Head::Config{.external = LabelSet{{"job", "j"}}});
  head.now = kBegin;
  head.read([](Sink& out) { giveNative(out, 7, 9); });
  EXPECT_THAT(countsOf(head.head, "h"), ElementsAre(7));
  EXPECT_THAT(samplesOf(head.head, "h").histograms.values.front()->positive,
              ElementsAre(FloatHistogram::Bucket{2, 7}));
  EXPECT_THAT(samplesOf(head.head, "h_count").values, ElementsAre(7));
}

TEST(HeadHistograms, EndWithTheReadingThatHasThemNoMore) {
  HeadOf head;
  head.now = kBegin;
  head.read([](Sink& out) { giveNative(out, 7, 9); });
  head.now += 15'000;
  head.read([](Sink&) {});
  EXPECT_THAT(samplesOf(head.head, "h").times, ElementsAre(kBegin + 15'000));
  head.now += 15'000;
  head.read([](Sink&) {});
  EXPECT_EQ(samplesOf(head.head, "h").times.size(), 1);
}

}  // namespace
}  // namespace orchestrator_exporter::history
