// Series and families that go: by removal, by expiry, and while others record to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "metrics/registry/metrics_registry.h"
#include "tests/support/expositions.h"
#include "tests/support/manual_clock.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

namespace {

std::string textOf(MetricsRegistry& registry) {
  return exposeText([&](Sink& out) { registry.collect(out); });
}

// A family of a registry whose time the test moves on.
class ExpiringSeries : public testing::Test {
 protected:
  Counters expireAfter(std::chrono::milliseconds time) {
    return registry.counter("c_total", "h", {"a"}, {.expireAfter = time});
  }

  ManualClock clock;
  MetricsRegistry registry{{.steadyClock = clock.steady()}};
};

}  // namespace

TEST(DepartingSeries, ForgetsRemovedSeriesAndStartsThemAnew) {
  MetricsRegistry registry;
  const Counters family = registry.counter("c_total", "h", {"a"});
  const Counter old = family.with({"1"});
  old.add(5);
  EXPECT_TRUE(family.remove({"1"}));
  EXPECT_FALSE(family.remove({"1"}));
  old.add();  // goes nowhere, and is no error
  EXPECT_FALSE(old.attached());
  EXPECT_THAT(textOf(registry), Not(HasSubstr("c_total{")));
  family.with({"1"}).add();
  EXPECT_THAT(textOf(registry), HasSubstr("c_total{a=\"1\"} 1\n"));
}

TEST(DepartingSeries, ForgetsRemovedFamilies) {
  MetricsRegistry registry;
  const Counters family = registry.counter("c_total", "h", {"a"});
  const Counter handle = family.with({"1"});
  EXPECT_TRUE(registry.removeFamily("c_total"));
  EXPECT_FALSE(registry.removeFamily("c_total"));
  handle.add();
  family.with({"2"}).add();
  EXPECT_EQ(textOf(registry), "");
  registry.gauge("c_total", "now of another type").with({}).set(1);
  EXPECT_THAT(textOf(registry), HasSubstr("\nc_total 1\n"));
}

TEST(DepartingSeries, LetsHandlesOutliveIt) {
  auto registry = std::make_unique<MetricsRegistry>();
  const Counter counter = registry->counter("c_total", "h", {"a"}).with({"1"});
  registry.reset();
  counter.add(2);
  EXPECT_EQ(counter.value(), 2);
}

TEST_F(ExpiringSeries, GoIfNobodyRecordsToThem) {
  const Counters family = expireAfter(std::chrono::seconds(60));
  const Counter busy = family.with({"busy"});
  family.with({"idle"}).add();
  textOf(registry);
  clock.advance(std::chrono::seconds(59));
  busy.add();
  EXPECT_THAT(textOf(registry), HasSubstr("idle"));
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(textOf(registry), "# HELP c_total h\n# TYPE c_total counter\nc_total{a=\"busy\"} 1\n");
  EXPECT_EQ(family.size(), 1u);
}

TEST_F(ExpiringSeries, AreShownAgainWhenTheirHandleIsUsed) {
  const Counters family = expireAfter(std::chrono::seconds(60));
  const Counter handle = family.with({"1"});
  handle.add(3);
  textOf(registry);
  clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(textOf(registry), "");
  EXPECT_TRUE(handle.attached());
  handle.add();
  EXPECT_THAT(textOf(registry), HasSubstr("c_total{a=\"1\"} 4\n"));
}

TEST_F(ExpiringSeries, AreGivenUpWithTheirLastHandle) {
  const Counters family = expireAfter(std::chrono::seconds(60));
  {
    const Counter handle = family.with({"1"});
    handle.add(3);
    textOf(registry);
    clock.advance(std::chrono::minutes(5));
    textOf(registry);
    EXPECT_EQ(family.size(), 1u);
  }
  textOf(registry);
  EXPECT_EQ(family.size(), 0u);
  family.with({"1"}).add();
  EXPECT_THAT(textOf(registry), HasSubstr("c_total{a=\"1\"} 1\n"));
}

TEST_F(ExpiringSeries, StayAtAnyValueButZeroOnRequest) {
  const Gauges family = registry.gauge(
      "g", "h", {"a"}, {.expireAfter = std::chrono::seconds(60), .expireAtZeroOnly = true});
  family.with({"active"}).set(2);
  family.with({"ended"}).set(0);
  textOf(registry);
  clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(textOf(registry), "# HELP g h\n# TYPE g gauge\ng{a=\"active\"} 2\n");
}

TEST_F(ExpiringSeries, TellThoseWhoRememberThemToLetGo) {
  const Counters family = expireAfter(std::chrono::seconds(60));
  const Counter remembered = family.with({"1"});
  textOf(registry);
  const std::uint64_t before = *registry.departures();
  clock.advance(std::chrono::minutes(5));
  textOf(registry);
  EXPECT_GT(*registry.departures(), before);
  const std::uint64_t after = *registry.departures();
  textOf(registry);
  EXPECT_EQ(*registry.departures(), after);
}

TEST_F(ExpiringSeries, RefuseTimesThatAreNegativeOrTooLong) {
  EXPECT_THROW(expireAfter(std::chrono::milliseconds(-1)), std::invalid_argument);
  EXPECT_THROW(expireAfter(kLongestExpiry + std::chrono::milliseconds(1)), std::invalid_argument);
  expireAfter(kLongestExpiry);
}

TEST(DepartingSeries, NeverShowsASeriesTwiceWhileOthersRemoveAndMakeIt) {
  MetricsRegistry registry;
  const Counters family = registry.counter("c_total", "h", {"a"});
  for (int i = 0; i < 4000; ++i) family.with({std::to_string(i)}).add();
  std::atomic<bool> done{false};
  std::thread changer([&] {
    for (int i = 0; !done; i = (i + 1) % 4000) {
      const Counter held = family.with({std::to_string(i)});
      family.remove({std::to_string(i)});
      held.add();
      family.with({std::to_string(i)}).add();
    }
  });
  for (int scrape = 0; scrape < 20; ++scrape) {
    const auto writer = ExpositionWriter::make({});
    registry.collect(*writer);
    // Asked for by a second source, the writer looks for duplicates.
    writer->counter("c_total", "h").add(1, {{"a", "another"}});
    writer->finish();
    EXPECT_EQ(writer->refusals().total(), 0u);
  }
  done = true;
  changer.join();
}

TEST_F(ExpiringSeries, CountExactlyWhileTheyExpire) {
  const Counters family = expireAfter(std::chrono::milliseconds(100));
  const Counter counter = family.with({"1"});
  std::thread recorder([&] {
    for (int i = 0; i < 100'000; ++i) counter.add();
  });
  for (int scrape = 0; scrape < 200; ++scrape) {
    clock.advance(std::chrono::seconds(1));
    textOf(registry);
  }
  recorder.join();
  counter.add();
  EXPECT_THAT(textOf(registry), HasSubstr("c_total{a=\"1\"} 100001\n"));
}

}  // namespace orchestrator_exporter
