#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <fstream>

#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::history::test {

namespace {

using std::chrono::hours;
using testing::Each;
using testing::ElementsAre;

constexpr std::int64_t kHourMs = 3'600'000;

// Enough that the log is packed: one sample a second, for more than two hours.
std::vector<TimedSample> manySamples(std::int64_t begin, int count = 9000) {
  std::vector<TimedSample> samples;
  for (int i = 0; i < count; ++i) samples.push_back({begin + i * 1000, 0.5 * i});
  return samples;
}

std::vector<TimedSample> allOf(const Stored& host, const std::string& name,
                               const Selection& selection = {}) {
  std::vector<TimedSample> all;
  for (const SelectedSeries& series : host.select(name, selection).series) {
    for (std::size_t i = 0; i < series.samples->times.size(); ++i) {
      all.push_back({series.samples->times[i], series.samples->values[i]});
    }
  }
  return all;
}

bool isSame(const std::vector<TimedSample>& a, const std::vector<TimedSample>& b) {
  return std::ranges::equal(a, b, [](const TimedSample& x, const TimedSample& y) {
    return x.time == y.time &&
           std::bit_cast<std::uint64_t>(x.value) == std::bit_cast<std::uint64_t>(y.value);
  });
}

}  // namespace

TEST(Written, SamplesOutliveTheProcess) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  const std::vector<TimedSample> samples = {{0, 1},
                                            {5, std::bit_cast<double>(0x7ff8000000000123)},
                                            {9, std::bit_cast<double>(kStaleBits)}};
  EXPECT_THAT(host.write("t", samples), Each(AppendResult::kAppended));
  host.restart();
  EXPECT_TRUE(isSame(allOf(host, "t"), samples));
}

TEST(Written, TheNewestSamplesAreReadWhereverTheyAre) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.write("t", manySamples(0));  // packed, and forgotten by the head
  const Selection lastMinutes{.after = 8900 * 1000, .until = 8999 * 1000};
  EXPECT_EQ(host.select("t", lastMinutes).series.front().samples->times.size(), 99U);
  host.restart();
  EXPECT_EQ(host.select("t", lastMinutes).series.front().samples->times.size(), 99U);
}

TEST(Written, SamplesAreReadOnceWhenTheyArePacked) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  const auto samples = manySamples(0);
  host.write("t", samples);
  EXPECT_EQ(host.store().figures().compactions, 1u);
  EXPECT_TRUE(isSame(allOf(host, "t"), samples));
  host.restart();
  EXPECT_TRUE(isSame(allOf(host, "t"), samples));
}

TEST(Written, OfPackedSamplesThoseOfATimeAreRead) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.write("t", manySamples(0));
  host.restart();
  for (const std::int64_t begin : {std::int64_t{-5}, std::int64_t{0}, std::int64_t{239'000},
                                   std::int64_t{240'000}, std::int64_t{4'000'500}}) {
    for (const std::int64_t length : {1'000, 3'000, 600'000}) {
      std::vector<TimedSample> expected;
      for (const TimedSample& sample : manySamples(0)) {
        if (sample.time > begin && sample.time <= begin + length) expected.push_back(sample);
      }
      EXPECT_TRUE(isSame(allOf(host, "t", {.after = begin, .until = begin + length}), expected))
          << begin;
    }
  }
}

TEST(Written, PackedSamplesAreKnownToThoseThatComeLater) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  auto samples = manySamples(0);
  host.write("t", samples);
  host.restart();
  const TimedSample last = samples.back();
  const TimedSample again[] = {samples[10], {samples[10].time, -1}, last, {last.time, -1}};
  EXPECT_THAT(host.write("t", again), ElementsAre(AppendResult::kSame, AppendResult::kConflict,
                                                  AppendResult::kSame, AppendResult::kConflict));
  const TimedSample between[] = {{samples[10].time + 1, 7}};
  EXPECT_THAT(host.write("t", between), Each(AppendResult::kAppended));
  samples.insert(samples.begin() + 11, between[0]);
  EXPECT_TRUE(isSame(allOf(host, "t"), samples));
}

TEST(Written, LateSamplesArePackedAmongThoseThatWereThere) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.write("t", manySamples(6 * kHourMs));
  host.write("t", manySamples(0));
  host.write("t", manySamples(12 * kHourMs));
  std::vector<TimedSample> all = manySamples(0);
  for (const std::int64_t begin : {6 * kHourMs, 12 * kHourMs}) {
    for (const TimedSample& sample : manySamples(begin)) all.push_back(sample);
  }
  EXPECT_TRUE(isSame(allOf(host, "t"), all));
}

TEST(Written, SamplesOlderThanTheRetentionGoWithTheNextPacking) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), {.readings = hours(24), .fiveMinutes = hours(0), .hour = hours(0)});
  host.write("old", manySamples(0));
  host.write("new", manySamples(48 * kHourMs));
  EXPECT_TRUE(allOf(host, "old").empty());
  EXPECT_EQ(allOf(host, "new").size(), 9000u);
  const TimedSample late[] = {{24 * kHourMs, 1}};
  EXPECT_THAT(host.write("old", late), Each(AppendResult::kOutOfBounds));
}

TEST(Written, ReadingsAndSamplesOfOneSeriesAreJoined) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(1, 2, std::chrono::seconds(15));
  const TimedSample samples[] = {{kBegin + 5000, 5}};
  host.write("g", samples);
  EXPECT_EQ(host.samples("g"), "1@0 5@5 2@15");
  host.restart();
  EXPECT_EQ(host.samples("g"), "1@0 5@5 2@15");
}

TEST(Written, WhatIsSaidOfFamiliesOutlivesTheProcess) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  const MetricMetadata families[] = {{"f", MetricType::kSummary, "F.", "bytes"}};
  host.intake().describe(families);
  host.restart();
  const auto known = host.history().metadata();
  ASSERT_EQ(known.size(), 1u);
  EXPECT_EQ(known[0].family + known[0].help + known[0].unit, "fF.bytes");
  EXPECT_EQ(known[0].type, MetricType::kSummary);
}

TEST(Written, ItIsToldThatADiskDoesNotTakeSamples) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "file";
  std::ofstream(file) << "no directory";
  Stored host(file);
  const TimedSample samples[] = {{1000, 1}};
  EXPECT_THROW(host.write("t", samples), NotKept);
  EXPECT_EQ(allOf(host, "t").size(), 1u);
}

}  // namespace orchestrator_exporter::history::test
