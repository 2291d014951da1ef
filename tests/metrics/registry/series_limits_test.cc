// How many series a registry holds, and what becomes of those beyond.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/registry/metrics_registry.h"
#include "tests/support/expositions.h"
#include "tests/support/manual_clock.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

namespace {

class SeriesLimits : public testing::Test {
 protected:
  Counters limited(MetricsRegistry& registry, const std::string& name) {
    return registry.counter(name, "h", {"a"}, {.maxSeries = 100});
  }
  std::string textOf(MetricsRegistry& registry) {
    return exposeText([&](Sink& out) { registry.collect(out); });
  }
};

}  // namespace

TEST_F(SeriesLimits, AreSharedByTheFamiliesThatHaveOne) {
  MetricsRegistry registry({.maxSeries = 3});
  const Counters first = limited(registry, "first_total");
  const Counters second = limited(registry, "second_total");
  const Counters free = registry.counter("free_total", "h", {"a"});
  for (const char* label : {"1", "2", "3", "4"}) {
    first.with({label}).add();
    second.with({label}).add();
    free.with({label}).add();
  }
  const std::string text = textOf(registry);
  EXPECT_THAT(text, HasSubstr("first_total{a=\"2\"} 1\nfirst_total{a=\"overflow\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("second_total{a=\"1\"} 1\nsecond_total{a=\"overflow\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("free_total{a=\"4\"} 1\n"));
}

TEST_F(SeriesLimits, CountTheBytesOfLabels) {
  MetricsRegistry registry({.maxLabelBytes = 1000});
  const Counters family = limited(registry, "a_total");
  family.with({std::string(900, 'x')}).add();
  family.with({std::string(900, 'y')}).add();
  family.with({"short"}).add();
  const std::string text = textOf(registry);
  EXPECT_THAT(text, HasSubstr("xxx"));
  EXPECT_THAT(text, Not(HasSubstr("yyy")));
  EXPECT_THAT(text, HasSubstr("{a=\"short\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{a=\"overflow\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("metrics_registry_overflows_total{family=\"a_total\"} 1\n"));
}

TEST_F(SeriesLimits, GiveTheRoomOfDepartedSeriesBack) {
  MetricsRegistry registry({.maxSeries = 2});
  const Counters first = limited(registry, "first_total");
  const Counters second = limited(registry, "second_total");
  const auto hasRoom = [&](const char* label) {
    second.with({label}).add();
    return textOf(registry).find("second_total{a=\"" + std::string(label) + "\"}") !=
           std::string::npos;
  };
  first.with({"1"});
  first.with({"2"});
  EXPECT_FALSE(hasRoom("1"));
  second.removeAll();
  first.remove({"1"});
  EXPECT_TRUE(hasRoom("2"));
  registry.removeFamily("first_total");
  EXPECT_TRUE(hasRoom("4"));
}

TEST_F(SeriesLimits, GiveTheRoomOfExpiredSeriesBack) {
  ManualClock clock;
  MetricsRegistry registry({.maxSeries = 1, .steadyClock = clock.steady()});
  const Counters family = registry.counter(
      "a_total", "h", {"a"}, {.expireAfter = std::chrono::seconds(60), .maxSeries = 100});
  family.with({"1"}).add();
  textOf(registry);
  clock.advance(std::chrono::minutes(2));
  textOf(registry);
  family.with({"2"}).add();
  EXPECT_THAT(textOf(registry), HasSubstr("a_total{a=\"2\"} 1\n"));
}

}  // namespace orchestrator_exporter
