// Series that are kept shorter or longer than all others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::history::test {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// A rule for the series of one name.
SeriesRetention retentionOf(const std::string& name, hours readings, hours fiveMinutes,
                            hours hour) {
  return {.name = name,
          .matches = [name](const LabelSet& labels) { return labels.get("__name__") == name; },
          .readings = readings,
          .fiveMinutes = fiveMinutes,
          .hour = hour};
}

// No steps, only readings for so long.
Retention readingsFor(hours all, const std::string& name, hours ofThese) {
  return {.readings = all,
          .fiveMinutes = hours(0),
          .hour = hours(0),
          .ofSeries = {retentionOf(name, ofThese, hours(0), hours(0))}};
}

// Two gauges with the number of the reading, each ten minutes, for so long.
void readFor(Stored& host, hours time) {
  for (int i = 0; i <= time / minutes(10); ++i, host.pass(minutes(10))) {
    host.read([&](Sink& out) {
      out.gauge("some", "S.").add(i);
      out.gauge("others", "O.").add(i);
    });
  }
}

std::vector<std::int64_t> timesOf(const Stored& host, const std::string& name,
                                  const Selection& selection = {}) {
  const Selected selected = host.select(name, selection);
  return selected.series.empty() ? std::vector<std::int64_t>() : selected.series[0].samples->times;
}

}  // namespace

// The blocks of two hours that end in the first eight are older than four hours after twelve.
TEST(SeriesRetention, IsShorterThanThatOfOthers) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), readingsFor(hours(24), "some", hours(4)));
  readFor(host, hours(12));
  EXPECT_THAT(host.samples("some"), StartsWith("48@28800 "));
  EXPECT_THAT(host.samples("others"), StartsWith("0@0 "));
}

TEST(SeriesRetention, IsLongerThanThatOfOthers) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), readingsFor(hours(4), "some", hours(24)));
  readFor(host, hours(12));
  EXPECT_THAT(host.samples("some"), StartsWith("0@0 "));
  EXPECT_THAT(host.samples("others"), StartsWith("48@28800 "));
}

TEST(SeriesRetention, LeavesNoBlockWithoutSeries) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), {.readings = hours(24),
                                 .fiveMinutes = hours(0),
                                 .hour = hours(0),
                                 .ofSeries = {{.name = "all",
                                               .matches = [](const LabelSet&) { return true; },
                                               .readings = hours(4)}}});
  readFor(host, hours(12));
  Database file(host.file(), Database::Mode::kReadOnly);
  EXPECT_EQ(file.integer("SELECT min(first) FROM blocks"), kBegin + 28'800'000);
}

TEST(SeriesRetention, CountsFromThenOnIfItChanges) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), readingsFor(hours(24), "some", hours(4)));
  readFor(host, hours(12));
  host.store().setRetention(readingsFor(hours(24), "others", hours(4)));
  for (int i = 0; i < 12; ++i, host.pass(minutes(10))) {
    host.read([](Sink& out) { out.gauge("others", "O.").add(1); });
  }
  EXPECT_THAT(host.samples("others"), StartsWith("60@36000 "));
}

// Eleven minutes after each begin of ten, so that steps end four minutes later.
TEST(SeriesRetention, ReadsStepsWhereReadingsOfTheSeriesAreGone) {
  const TemporaryDirectory directory;
  Stored host(directory.path(),
              {.readings = hours(24 * 30),
               .ofSeries = {retentionOf("some", hours(24), hours(24 * 90), hours(24 * 365))}});
  host.now = kBegin - kBegin % (std::int64_t{10} * 24 * 60 * 60 * 1000);
  const std::int64_t begin = host.now;
  host.pass(minutes(11));
  constexpr std::size_t kReadings = 4 * 24 * 6 + 1;
  readFor(host, hours(4 * 24));
  const auto minute = [&](int number) { return begin + std::int64_t{60'000} * number; };
  const Selection first{.after = begin, .until = minute(36)};
  EXPECT_THAT(timesOf(host, "some", first), ElementsAre(minute(15), minute(25), minute(35)));
  EXPECT_THAT(timesOf(host, "others", first), ElementsAre(minute(11), minute(21), minute(31)));
  const Selected steps = host.select("some", first);
  ASSERT_THAT(steps.coarse, SizeIs(1));
  EXPECT_EQ(steps.coarse[0].step, 300'000);
  EXPECT_THAT(host.select("others", first).coarse, IsEmpty());
  // Each reading is there once, as it was or as a step.
  EXPECT_THAT(timesOf(host, "some"), SizeIs(kReadings));
  EXPECT_THAT(timesOf(host, "others"), SizeIs(kReadings));
}

TEST(SeriesRetention, IsThatOfSamplesThatOthersWriteToo) {
  const TemporaryDirectory directory;
  Stored host(directory.path(),
              {.readings = hours(24 * 30),
               .ofSeries = {retentionOf("some", hours(48), hours(24 * 90), hours(24 * 365))}});
  constexpr std::int64_t kDay = 24 * 3'600'000;
  const auto day = [](std::int64_t begin) {
    std::vector<TimedSample> samples;
    for (int i = 1; i <= 24 * 60; ++i) samples.push_back({begin + i * 60'000, 1.0 * i});
    return samples;
  };
  host.write("some", day(0));
  host.write("others", day(0));
  // What comes later is much, so that the history is tidied up.
  for (int i = 0; i < 4; ++i) {
    std::vector<TimedSample> later;
    for (int j = 0; j < 9000; ++j) later.push_back({10 * kDay + (i * 9000 + j) * 100, 0.5 * j});
    host.write("later", later);
  }
  EXPECT_THAT(timesOf(host, "some"), SizeIs(288));
  EXPECT_THAT(timesOf(host, "others"), SizeIs(24 * 60));
}

}  // namespace orchestrator_exporter::history::test
