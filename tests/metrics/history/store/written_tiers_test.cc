// Coarse steps of samples that have times of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::history::test {

namespace {

using std::chrono::hours;
using testing::Each;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

// A counter that is one more each minute and begins again at noon, for whole days; its first sample
// is a minute after the day's begin.
std::vector<TimedSample> counterOf(std::int64_t day, int days) {
  std::vector<TimedSample> samples;
  for (int i = 1; i <= days * 24 * 60; ++i) {
    samples.push_back({day * kDayMs + i * 60'000, static_cast<double>((i - 1) % 720 + 1)});
  }
  return samples;
}

// Two days at raw, then steps.
Retention shortRetention() {
  return {.readings = hours(48), .fiveMinutes = hours(24 * 20), .hour = hours(24 * 1000)};
}

// Something else that comes later, so that what is old is looked for until nothing is left to do.
void passTo(Stored& host, std::int64_t day) {
  for (int i = 0; i < 4; ++i) {
    std::vector<TimedSample> samples;
    for (int j = 0; j < 9000; ++j)
      samples.push_back({day * kDayMs + (i * 9000 + j) * 100, 0.5 * j});
    host.write("later", samples);
  }
}

SampleColumns samplesOf(const Stored& host, Selection selection) {
  const Selected selected = host.select("t", selection);
  return selected.series.empty() ? SampleColumns() : *selected.series[0].samples;
}

std::size_t chunksOf(const Stored& host) {
  Database file(host.file(), Database::Mode::kReadOnly);
  return static_cast<std::size_t>(
      file.integer("SELECT count(*) FROM written_chunks WHERE series=(SELECT id FROM series WHERE "
                   "labels LIKE '%\"t\"%')"));
}

}  // namespace

TEST(WrittenTiers, WhatIsTooOldBecomesStepsOfFiveMinutes) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), shortRetention());
  host.write("t", counterOf(0, 2));
  passTo(host, 10);
  EXPECT_EQ(chunksOf(host), 0u);
  const SampleColumns last = samplesOf(host, {});
  ASSERT_EQ(last.times.size(), 2u * 288);
  EXPECT_EQ(last.times.front(), 300'000);
  EXPECT_EQ(last.values.front(), 5);
  EXPECT_EQ(last.times.back(), 2 * kDayMs);
  EXPECT_EQ(last.values.back(), 720);
  ASSERT_EQ(host.select("t").coarse.size(), 1u);
  EXPECT_EQ(host.select("t").coarse[0].step, 300'000);
  EXPECT_EQ(samplesOf(host, {.range = 1, .function = "sum_over_time"}).values[1],
            6 + 7 + 8 + 9 + 10);
  EXPECT_EQ(samplesOf(host, {.range = 1, .function = "min_over_time"}).values[1], 6);
}

TEST(WrittenTiers, ACounterOfThemNeverRestarts) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), shortRetention());
  host.write("t", counterOf(0, 2));
  passTo(host, 10);
  const SampleColumns counter = samplesOf(host, {.range = 1, .function = "increase"});
  ASSERT_EQ(counter.values.size(), 2u * 288);
  for (std::size_t i = 1; i < counter.values.size(); ++i) {
    ASSERT_EQ(counter.values[i] - counter.values[i - 1], 5) << i;
  }
}

TEST(WrittenTiers, StepsOfFiveMinutesBecomeHours) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), shortRetention());
  host.write("t", counterOf(0, 2));
  passTo(host, 10);
  passTo(host, 40);
  const SampleColumns last = samplesOf(host, {});
  ASSERT_EQ(last.times.size(), 48u);
  EXPECT_EQ(last.times.front(), kHourMs);
  EXPECT_EQ(last.values.front(), 60);
  EXPECT_EQ(samplesOf(host, {.range = 1, .function = "max_over_time"}).values[1], 120);
}

TEST(WrittenTiers, AreReadAfterAStart) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), shortRetention());
  host.write("t", counterOf(0, 2));
  passTo(host, 10);
  host.restart();
  EXPECT_EQ(samplesOf(host, {}).times.size(), 2u * 288);
}

TEST(WrittenTiers, OfADayThatIsNotOverItsSamplesStay) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), shortRetention());
  host.write("t", counterOf(0, 2));
  // 48 hours after noon of the second day.
  passTo(host, 3);
  const SampleColumns samples = samplesOf(host, {});
  EXPECT_EQ(samples.times.size(), 288u + 1440);
  EXPECT_TRUE(std::ranges::is_sorted(samples.times));
}

TEST(WrittenTiers, AreNotMadeOfReadings) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), shortRetention());
  host.now = 2 * kDayMs;
  host.gauges(1, 3, std::chrono::seconds(15));
  host.write("t", counterOf(0, 2));
  passTo(host, 10);
  EXPECT_EQ(samplesOf(host, {}).times.size(), 2u * 288);
  EXPECT_EQ(host.select("g").series.at(0).samples->times.size(), 3u);
}

TEST(WrittenTiers, WithoutALongerRetentionSamplesGo) {
  const TemporaryDirectory directory;
  Stored host(directory.path(),
              {.readings = hours(48), .fiveMinutes = hours(48), .hour = hours(48)});
  host.write("t", counterOf(0, 2));
  passTo(host, 10);
  EXPECT_TRUE(samplesOf(host, {}).times.empty());
}

TEST(WrittenTiers, ARetentionThatChangesCountsFromThenOn) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), {.readings = hours(24 * 100), .fiveMinutes = hours(24 * 200)});
  host.write("t", counterOf(0, 2));
  passTo(host, 10);
  ASSERT_EQ(samplesOf(host, {}).times.size(), 2u * 1440);
  host.store().setRetention(shortRetention());
  host.head().setWrittenRetention(shortRetention().readings);
  const TimedSample late[] = {{2 * kDayMs + 1, 1}};
  EXPECT_THAT(host.write("t", late), Each(AppendResult::kOutOfBounds));
  passTo(host, 11);
  EXPECT_EQ(samplesOf(host, {}).times.size(), 2u * 288);
}

}  // namespace orchestrator_exporter::history::test
