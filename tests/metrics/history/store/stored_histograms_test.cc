// Native histograms on disk: of readings, and those that others write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "metrics/history/offline/check.h"
#include "metrics/history/offline/read_only_history.h"
#include "tests/metrics/history/native_reading.h"
#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::history::test {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Each;
using testing::ElementsAre;

constexpr std::int64_t kHourMs = 3'600'000;

// Any bits where any bits may be.
HistogramPointer randomHistogram(std::mt19937_64& random) {
  FloatHistogram histogram;
  histogram.schema = static_cast<std::int32_t>(random() % 13) - 4;
  histogram.zeroThreshold = 1e-10;
  histogram.zeroCount = static_cast<double>(random() % 100);
  histogram.count = std::bit_cast<double>(random() >> 2);
  histogram.sum = std::bit_cast<double>(random() >> 2);
  for (int i = 0; i < static_cast<int>(random() % 20); ++i) {
    histogram.positive.push_back({3 * i, static_cast<double>(random() % 1000) / 8});
    histogram.negative.push_back({i - 9, std::bit_cast<double>(random() >> 2)});
  }
  if (random() % 4 == 0) histogram.hint = FloatHistogram::Hint::kGauge;
  return std::make_shared<const FloatHistogram>(histogram);
}

// One each six seconds; of 1,500 the log is packed.
std::vector<TimedHistogram> randomHistograms(std::int64_t begin, int count) {
  std::mt19937_64 random(static_cast<std::uint64_t>(begin + 1));
  std::vector<TimedHistogram> samples;
  for (int i = 0; i < count; ++i) samples.push_back({begin + i * 6000, randomHistogram(random)});
  return samples;
}

std::vector<TimedHistogram> histogramsOf(const Selected& selected) {
  std::vector<TimedHistogram> all;
  for (const SelectedSeries& series : selected.series) {
    const HistogramColumns& columns = series.samples->histograms;
    for (std::size_t i = 0; i < columns.times.size(); ++i) {
      all.push_back({columns.times[i], columns.values[i]});
    }
  }
  return all;
}

void expectSame(const std::vector<TimedHistogram>& found,
                const std::vector<TimedHistogram>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].time, expected[i].time) << i;
    ASSERT_EQ(*found[i].histogram, *expected[i].histogram) << i;
    ASSERT_EQ(found[i].histogram->hint, expected[i].histogram->hint) << i;
  }
}

HistogramPointer counted(double count) {
  FloatHistogram histogram;
  histogram.count = count;
  histogram.positive = {{1, count}};
  return std::make_shared<const FloatHistogram>(histogram);
}

// Counts and ends of a series, times in seconds after kBegin: "7@0 end@15".
std::string textOf(const Selected& selected) {
  std::map<std::int64_t, std::string> byTime;
  for (const TimedHistogram& sample : histogramsOf(selected)) {
    byTime[sample.time] = std::to_string(std::lround(sample.histogram->count));
  }
  for (const SelectedSeries& series : selected.series) {
    for (const std::int64_t time : series.samples->times) byTime[time] = "end";
  }
  std::string text;
  for (const auto& [time, what] : byTime) {
    text += (text.empty() ? "" : " ") + what + "@" + std::to_string((time - kBegin) / 1000);
  }
  return text;
}

}  // namespace

TEST(StoredHistograms, OutliveTheProcessBitForBit) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  const auto samples = randomHistograms(0, 100);
  EXPECT_THAT(host.write("n", samples), Each(AppendResult::kAppended));
  host.restart();
  expectSame(histogramsOf(host.select("n")), samples);
}

TEST(StoredHistograms, AreReadOnceWhenTheyArePacked) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  const auto samples = randomHistograms(0, 1500);
  host.write("n", samples);
  EXPECT_EQ(host.store().figures().compactions, 1u);
  expectSame(histogramsOf(host.select("n")), samples);
  const std::vector<LabelMatcher> matchers = {{"__name__", LabelMatcher::Operator::kEqual, "n"}};
  EXPECT_TRUE(host.head().select({.matchers = matchers}, SIZE_MAX).series.empty());
  host.restart();
  expectSame(histogramsOf(host.select("n")), samples);
}

TEST(StoredHistograms, ThatWerePackedAreKnownToThoseThatComeLater) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  auto samples = randomHistograms(0, 1500);
  host.write("n", samples);
  host.restart();
  const TimedHistogram last = samples.back();
  const TimedHistogram again[] = {
      samples[10], {samples[10].time, counted(1)}, last, {last.time, counted(1)}};
  EXPECT_THAT(host.write("n", again), ElementsAre(AppendResult::kSame, AppendResult::kConflict,
                                                  AppendResult::kSame, AppendResult::kConflict));
  const TimedHistogram between[] = {{samples[10].time + 1, counted(7)}};
  EXPECT_THAT(host.write("n", between), Each(AppendResult::kAppended));
  samples.insert(samples.begin() + 11, between[0]);
  expectSame(histogramsOf(host.select("n")), samples);
}

TEST(StoredHistograms, GoWhenTheyAreOlderThanTheRetention) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), {.readings = hours(24)});
  host.write("old", randomHistograms(0, 1500));
  host.write("new", randomHistograms(48 * kHourMs, 1500));
  EXPECT_TRUE(host.select("old").series.empty());
  EXPECT_EQ(histogramsOf(host.select("new")).size(), 1500u);
}

TEST(StoredHistograms, AtTheTimeOfNumbersKeepApart) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.write("n", std::vector<TimedSample>{{1000, 1}});
  host.write("n", std::vector<TimedHistogram>{{2000, counted(2)}});
  host.restart();
  const Selected selected = host.select("n");
  ASSERT_EQ(selected.series.size(), 1u);
  EXPECT_THAT(selected.series[0].samples->times, ElementsAre(1000));
  EXPECT_THAT(selected.series[0].samples->histograms.times, ElementsAre(2000));
}

TEST(StoredHistograms, OfReadingsOutliveTheProcess) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  for (int i = 1; i <= 3; ++i, host.pass(minutes(1))) {
    host.read([&](Sink& out) { giveNative(out, static_cast<std::uint64_t>(i), 0.1 * i); });
  }
  host.restart();
  EXPECT_EQ(textOf(host.select("h")), "1@0 2@60 3@120");
}

TEST(StoredHistograms, OfReadingsThatAreMissingAfterAStartEnd) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.read([&](Sink& out) { giveNative(out, 7, 0.1 * 7); });
  host.restart();
  host.pass(minutes(1));
  host.gauge(1);
  EXPECT_EQ(textOf(host.select("h")), "7@0 end@60");
  host.restart();
  host.pass(minutes(1));
  host.gauge(1);
  EXPECT_EQ(textOf(host.select("h")), "7@0 end@60");
}

TEST(StoredHistograms, OfReadingsGoIntoChunksAndStayTheSame) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  std::string expected;
  for (int i = 0; i < 60; ++i, host.pass(minutes(10))) {
    host.read([&](Sink& out) {
      out.gauge("g", "G.").add(i);
      if (i < 50) giveNative(out, static_cast<std::uint64_t>(i), 0.1 * i);
    });
    if (i <= 50) {
      expected += (i == 0 ? "" : " ") + (i < 50 ? std::to_string(i) : "end") + "@" +
                  std::to_string(600 * i);
    }
  }
  EXPECT_GT(host.store().figures().compactions, 2u);
  EXPECT_EQ(textOf(host.select("h")), expected);
  host.restart();
  EXPECT_EQ(textOf(host.select("h")), expected);
  EXPECT_EQ(textOf(host.select("h", {.after = kBegin + 599'999, .until = kBegin + 1'200'000})),
            "1@600 2@1200");
}

TEST(StoredHistograms, AreReadFromTheFileOfAnotherProcess) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.read([&](Sink& out) { giveNative(out, 7, 0.1 * 7); });
  const auto samples = randomHistograms(kBegin, 50);
  host.write("n", samples);
  const ReadOnlyHistory history(directory.path());
  const std::vector<LabelMatcher> matchers = {{"__name__", LabelMatcher::Operator::kEqual, "n"}};
  expectSame(histogramsOf(history.select({.matchers = matchers}, SIZE_MAX)), samples);
  const std::vector<LabelMatcher> read = {{"__name__", LabelMatcher::Operator::kEqual, "h"}};
  EXPECT_EQ(textOf(history.select({.matchers = read}, SIZE_MAX)), "7@0");
}

TEST(StoredHistograms, ThatAreDamagedAreLeftOutAndTold) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.write("n", randomHistograms(0, 1500));
  host.stop();
  Database(host.file(), Database::Mode::kReadWrite)
      .execute(
          "UPDATE histogram_chunks SET data=zeroblob(length(data)) WHERE first=(SELECT min(first) "
          "FROM histogram_chunks)");
  host.start();
  EXPECT_EQ(histogramsOf(host.select("n")).size(), 1440u);
  EXPECT_EQ(host.store().figures().damaged, 1u);
  std::vector<std::string> told;
  checkHistory(directory.path(), [&](const std::string& line) { told.push_back(line); });
  EXPECT_THAT(told, ElementsAre(R"({"__name__":"n"}: a chunk of histograms)"));
}

}  // namespace orchestrator_exporter::history::test
