#include "metrics/history/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "metrics/resting_value.h"
#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::history {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::kBegin;
using test::Stored;
using test::TemporaryDirectory;
using testing::ElementsAre;
using testing::IsEmpty;

std::int64_t at(std::chrono::milliseconds time) { return kBegin + time.count(); }

}  // namespace

TEST(Store, MakesItsDirectoryForItsOwnerAlone) {
  const TemporaryDirectory parent;
  const Stored host(parent.path() / "state");
  struct stat status {};
  ASSERT_EQ(stat((parent.path() / "state").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
  EXPECT_THAT(host.messages, IsEmpty());
}

TEST(Store, ReadsTheLogBackIntoTheHead) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(1, 3, seconds(15));
  host.restart();
  EXPECT_EQ(host.samples("g"), "1@0 2@15 3@30");
  EXPECT_EQ(host.head().oldestReading(), kBegin);
  host.gauge(4);
  EXPECT_EQ(host.samples("g"), "1@0 2@15 3@30 4@45");
}

TEST(Store, MarksWhatIsMissingAfterARestart) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauge(1);
  host.restart();
  host.pass(seconds(15));
  host.read([](Sink& out) { out.gauge("other", "O.").add(1); });
  EXPECT_EQ(host.samples("g"), "1@0 stale@15");
  host.restart();
  EXPECT_EQ(host.samples("g"), "1@0 stale@15");
}

TEST(Store, KeepsWhatTheHeadForgets) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(0, 60, minutes(10));
  EXPECT_GT(host.head().oldestReading(), at(hours(6)));
  std::string expected;
  for (int i = 0; i <= 60; ++i) {
    expected += (i == 0 ? "" : " ") + std::to_string(i) + "@" + std::to_string(i * 600);
  }
  EXPECT_EQ(host.samples("g"), expected);
  host.restart();
  EXPECT_EQ(host.samples("g"), expected);
  EXPECT_TRUE(host.select("g").coarse.empty());
}

TEST(Store, GivesTheTimesThatAreAskedFor) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(0, 60, minutes(10));
  EXPECT_EQ(host.samples("g", {.after = at(minutes(10)), .until = at(minutes(30))}),
            "2@1200 3@1800");
}

TEST(Store, KeepsStalenessMarkersThroughCompaction) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.pass(minutes(115));
  host.gauge(1);
  host.pass(minutes(10));  // the first reading of the next two hours
  const auto other = [](Sink& out) { out.gauge("other", "O.").add(1); };
  for (int i = 0; i < 40; ++i, host.pass(minutes(10))) host.read(other);
  EXPECT_EQ(host.samples("g"), "1@6900 stale@7500");
}

TEST(Store, KeepsNothingOfASeriesThatRestsAndDoesNotEndIt) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.pass(minutes(60));
  for (const double value : {1.0, kResting, 3.0, kResting}) {
    host.gauge(value);
    host.pass(seconds(30));
  }
  EXPECT_EQ(host.samples("g"), "1@3600 3@3660");
  host.restart();
  EXPECT_EQ(host.samples("g"), "1@3600 3@3660");
  host.read([](Sink& out) { out.gauge("other", "O.").add(1); });
  EXPECT_EQ(host.samples("g"), "1@3600 3@3660 stale@3720") << "gone after it rested";
  // Six hours later it is packed.
  for (int i = 0; i < 36; ++i, host.pass(minutes(10))) {
    host.read([](Sink& out) { out.gauge("other", "O.").add(1); });
  }
  EXPECT_EQ(host.samples("g"), "1@3600 3@3660 stale@3720");
}

TEST(Store, RestsAHistogramWhole) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  const Bucket buckets[] = {{1, 1}};
  for (const double sum : {3.0, kResting, 5.0}) {
    host.read([&](Sink& out) {
      out.histogram("h", "H.").add({.buckets = buckets, .count = 2, .sum = sum});
    });
    host.pass(seconds(15));
  }
  EXPECT_EQ(host.samples("h_sum"), "3@0 5@30");
  EXPECT_EQ(host.samples("h_count"), "2@0 2@30");
}

TEST(Store, KeepsEveryBitThroughCompaction) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  std::mt19937_64 random(11);
  std::vector<std::uint64_t> given;
  for (int i = 0; i < 1000; ++i, host.pass(seconds(30))) {
    double value = std::bit_cast<double>(random() >> (random() % 64));
    if (std::isnan(value)) value = -0.0;
    given.push_back(std::bit_cast<std::uint64_t>(value));
    host.gauge(value);
  }
  std::vector<std::uint64_t> got;
  const Selected selected = host.select("g");
  ASSERT_EQ(selected.series.size(), 1u);
  for (const double value : selected.series[0].samples->values) {
    got.push_back(std::bit_cast<std::uint64_t>(value));
  }
  EXPECT_EQ(got, given);
}

TEST(Store, PacksFastReadingsBeforeTwoHoursAreOver) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(1, 1000, seconds(1));
  EXPECT_EQ(host.store().figures().compactions, 1u);
  EXPECT_EQ(host.select("g").series[0].samples->times.size(), 1000u);
}

TEST(Store, RefusesReadingsThatAreNotLater) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauge(1);
  host.gauge(2);
  EXPECT_EQ(host.store().figures().refused, 1u);
  host.restart();
  EXPECT_EQ(host.samples("g"), "1@0");
}

TEST(Store, GoesOnAfterTheClockWasPutBack) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.pass(hours(10));
  host.gauge(1);
  host.pass(-hours(10));
  host.gauges(2, 3, minutes(1));
  host.restart();
  EXPECT_EQ(host.samples("g"), "2@0 3@60");
}

TEST(Store, KnowsTheNamesOfWhatIsOnDiskAlone) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.read([](Sink& out) { out.gauge("old", "O.").add(1, {{"device", "sda"}}); });
  host.pass(hours(1));
  host.gauges(0, 40, minutes(10));
  host.restart();
  EXPECT_THAT(host.history().labelValues("device", {}), ElementsAre("sda"));
  EXPECT_THAT(host.history().labelValues("device", {.from = at(hours(5))}), IsEmpty());
  const std::vector<std::vector<LabelMatcher>> any = {
      {{"__name__", LabelMatcher::Operator::kMatches, "old|g"}}};
  EXPECT_THAT(
      host.history().series({.any = any}),
      ElementsAre(LabelSet{{"__name__", "g"}}, LabelSet{{"__name__", "old"}, {"device", "sda"}}));
}

TEST(Store, ThrowsBeforeItGivesTooManySamples) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(0, 60, minutes(10));
  EXPECT_THROW(*host.history().select({}, 50).series.at(0).samples, TooManySamples);
}

TEST(Store, IsReadInCoarserStepsWhereReadingsAreGone) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), {.readings = hours(24)});
  host.now = kBegin - kBegin % (std::int64_t{10} * 24 * 60 * 60 * 1000);
  const std::int64_t begin = host.now;
  // A counter that grows by 1 a minute and restarts each 1000 minutes.
  for (int i = 1; i <= 4 * 24 * 60; ++i) {
    host.pass(minutes(1));
    host.read([&](Sink& out) { out.counter("c_total", "C.").add(i % 1000); });
  }
  const auto minute = [&](int number) { return begin + std::int64_t{60'000} * number; };
  const Selected last = host.select("c_total", {.after = minute(0), .until = minute(12)});
  ASSERT_EQ(last.coarse.size(), 1u);
  EXPECT_EQ(last.coarse[0].step, 300'000);
  EXPECT_EQ(last.coarse[0].until, minute(12));
  EXPECT_THAT(last.series[0].samples->times, ElementsAre(minute(5), minute(10)));
  EXPECT_THAT(last.series[0].samples->values, ElementsAre(5, 10));
  const auto ask = [&](std::string_view function) {
    const Selected found = host.select(
        "c_total", {.after = minute(995), .until = minute(1005), .range = 1, .function = function});
    return found.series[0].samples->values;
  };
  EXPECT_THAT(ask(""), ElementsAre(0, 5));
  EXPECT_THAT(ask("max_over_time"), ElementsAre(999, 5));
  EXPECT_THAT(ask("min_over_time"), ElementsAre(0, 1));
  EXPECT_THAT(ask("sum_over_time"), ElementsAre(996 + 997 + 998 + 999, 15));
  EXPECT_THAT(ask("avg_over_time"), ElementsAre((996 + 997 + 998 + 999) / 5.0, 3));
  // An instant selector looks back over two steps.
  const Selected instant = host.select("c_total", {.after = minute(997), .until = minute(1002)});
  EXPECT_THAT(instant.series[0].samples->times,
              ElementsAre(minute(990), minute(995), minute(1000)));
  // A counter of its own that ends with the last value; the restart adds nothing.
  EXPECT_THAT(ask("rate"), ElementsAre(0, 5));
  const Selected all = host.select("c_total", {.function = "increase"});
  const auto& values = all.series[0].samples->values;
  EXPECT_TRUE(std::ranges::is_sorted(values.begin(), values.begin() + 288));
}

TEST(Store, ForgetsWholeBlocksThatAreTooOldAndSeriesWithThem) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), {.readings = hours(4), .fiveMinutes = hours(0), .hour = hours(0)});
  host.read([](Sink& out) { out.gauge("old", "O.").add(1); });
  host.pass(minutes(10));
  host.gauges(0, 72, minutes(10));
  EXPECT_EQ(host.samples("old"), "");
  EXPECT_THAT(host.history().labelValues("__name__", {}), testing::Not(testing::Contains("old")));
  EXPECT_THAT(host.samples("g"), testing::StartsWith("47@28800 "));
}

TEST(Store, ForgetsTheOldestWhenItTakesTooManyBytes) {
  const TemporaryDirectory directory;
  Stored host(directory.path(), {.bytes = 380'000});
  std::mt19937_64 random(5);
  for (int i = 0; i < 3000; ++i, host.pass(minutes(1))) {
    host.read([&](Sink& out) {
      auto family = out.gauge("g", "G.");
      for (const char* device : {"a", "b", "c", "d"}) {
        family.add(std::bit_cast<double>(random() >> 2), {{"device", device}});
      }
    });
  }
  EXPECT_LT(std::filesystem::file_size(host.file()), 500'000u);
  const Selected kept = host.select("g");
  ASSERT_EQ(kept.series.size(), 4u);
  EXPECT_GT(kept.series[0].samples->times.size(), 1000u);
}

}  // namespace orchestrator_exporter::history
