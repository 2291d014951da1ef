#include "metrics/analysis/bottlenecks/bottlenecks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "metrics/analysis/bottlenecks/advice.h"
#include "metrics/analysis/bottlenecks/health.h"
#include "metrics/analysis/findings/analyst.h"
#include "metrics/analysis/findings/investigation.h"
#include "metrics/analysis/findings/json.h"
#include "tests/metrics/promql/memory_history.h"

namespace orchestrator_exporter {

namespace {

using namespace analysis;
using testing::AllOf;
using testing::Contains;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::int64_t kMinute = 60'000;

const Detector& detector(std::string_view id) {
  for (const Detector& one : detectors()) {
    if (one.id == id) return one;
  }
  throw std::logic_error("no such detector");
}

Sightings seen(std::int64_t time, std::string_view id, double value) {
  const Detector& one = detector(id);
  return {time, {{&one, {one.resource, "host"}, {}, value, one.severity(value)}}, {}};
}

TEST(DetectorMarks, GiveTheImpactsOfTheSeed) {
  EXPECT_GE(100 * detector("cpu.utilisation").weight * detector("cpu.utilisation").severity(0.9),
            20);
  EXPECT_GE(
      100 * detector("memory.utilisation").weight * detector("memory.utilisation").severity(0.85),
      20);
  EXPECT_GE(100 * detector("database.latency").weight * detector("database.latency").severity(1),
            20);
  EXPECT_GE(
      100 * detector("coordination.latency").weight * detector("coordination.latency").severity(2),
      20);
  EXPECT_GE(100 * detector("ui.frames").weight * detector("ui.frames").severity(1.0 / 30), 20);
}

TEST(DetectorMarks, AreClampedAndMayBeLogarithmic) {
  EXPECT_DOUBLE_EQ(detector("cpu.pressure").severity(0.5), 0.5);
  EXPECT_DOUBLE_EQ(detector("cpu.pressure").severity(7), 1);
  EXPECT_DOUBLE_EQ(detector("database.latency").severity(1), 0.5);  // halfway from 0.25 to 4
  EXPECT_DOUBLE_EQ(detector("database.latency").severity(0), 0);
  EXPECT_DOUBLE_EQ(detector("database.latency").severity(std::nan("")), 0);
}

std::vector<double> recentRateAt(const MemoryHistory& history, std::int64_t time) {
  const promql::Engine engine;
  std::vector<double> values;
  for (const auto& series : engine.instant(history, recentRate("m"), time).series) {
    values.push_back(series.points.at(0).value);
  }
  return values;
}

TEST(RecentRate, IsThatOfFiveMinutesIfSamplesAreFarApart) {
  MemoryHistory history;
  history.load("m", "60 120 180 240 300", kMinute);
  EXPECT_THAT(recentRateAt(history, 4 * kMinute), ElementsAre(DoubleEq(1)));
}

TEST(RecentRate, LeavesOutWhatEndedMoreThanAMinuteAgo) {
  MemoryHistory history;
  history.load("m", "0 15 30 45 60 stale", kMinute / 4);
  EXPECT_THAT(recentRateAt(history, kMinute), ElementsAre(DoubleEq(1)));
  EXPECT_THAT(recentRateAt(history, 3 * kMinute), IsEmpty());
}

TEST(Impacts, PutTheDetectorsOfAPlaceTogether) {
  Sightings both = seen(0, "cpu.pressure", 0.5);
  both.all.push_back(seen(0, "cpu.utilisation", 0.9).all[0]);
  const auto all = impacts(both);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_NEAR(all.begin()->second, 100 * (1 - 0.5 * (1 - 0.6 * 0.5)), 1e-9);
}

TEST(BottleneckTracker, BeginsAfterTwoMinutesAndEndsAfterFive) {
  BottleneckTracker tracker;
  EXPECT_TRUE(tracker.add(seen(0, "cpu.pressure", 0.8)).empty());
  EXPECT_TRUE(tracker.add(seen(kMinute, "cpu.pressure", 0.8)).empty());
  const auto begun = tracker.add(seen(2 * kMinute, "cpu.pressure", 0.7));
  ASSERT_EQ(begun.size(), 1u);
  EXPECT_TRUE(begun[0].begins);
  EXPECT_EQ(begun[0].bottleneck.since, 0);
  const std::vector<Bottleneck> lasting = tracker.current();
  ASSERT_EQ(lasting.size(), 1u);
  const Evidence& evidence = lasting[0].evidence.at(0);
  EXPECT_EQ(evidence.last, (std::vector<double>{0.8, 0.8, 0.7}));
  // Between the marks it lasts.
  for (int i = 3; i < 10; ++i) {
    EXPECT_TRUE(tracker.add(seen(i * kMinute, "cpu.pressure", 0.28)).empty());
  }
  for (int i = 10; i < 15; ++i) {
    EXPECT_TRUE(tracker.add(seen(i * kMinute, "cpu.pressure", 0.1)).empty());
  }
  const auto ended = tracker.add(seen(15 * kMinute, "cpu.pressure", 0.1));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_FALSE(ended[0].begins);
  EXPECT_TRUE(tracker.current().empty());
}

TEST(BottleneckTracker, ForgetsAPeakAndEndsWhatHasNoSeriesAnyMore) {
  BottleneckTracker tracker;
  tracker.add(seen(0, "cpu.pressure", 0.9));
  tracker.add(seen(kMinute, "cpu.pressure", 0));
  EXPECT_TRUE(tracker.add(seen(2 * kMinute, "cpu.pressure", 0.9)).empty());
  EXPECT_TRUE(tracker.add(seen(3 * kMinute, "cpu.pressure", 0.9)).empty());
  EXPECT_EQ(tracker.add(seen(4 * kMinute, "cpu.pressure", 0.9)).size(), 1u);
  for (int i = 5; i < 10; ++i) EXPECT_TRUE(tracker.add({i * kMinute, {}, {}}).empty());
  EXPECT_EQ(tracker.add({10 * kMinute, {}, {}}).size(), 1u);
}

TEST(BottleneckTracker, HoldsWhatIsOnlySeenFromTimeToTime) {
  BottleneckTracker tracker;
  tracker.add(seen(0, "database.latency", 3));
  tracker.add({kMinute, {}, {}});
  EXPECT_EQ(tracker.add(seen(2 * kMinute, "database.latency", 3)).size(), 1u);
  BottleneckTracker other;
  other.add(seen(0, "database.latency", 3));
  other.add({kMinute, {}, {}});
  EXPECT_TRUE(other.add({2 * kMinute, {}, {}}).empty());
  EXPECT_TRUE(other.add(seen(3 * kMinute, "database.latency", 3)).empty());
}

TEST(Health, LosesWhatItSays) {
  Sightings all = seen(0, "cpu.pressure", 0.8);                // impact 100
  all.all.push_back(seen(0, "memory.pressure", 0.11).all[0]);  // impact 50
  const Health health = healthOf(all);
  ASSERT_TRUE(health.score.has_value());
  EXPECT_EQ(*health.score, 35);  // 100 (1 - 0.5) (1 - 0.3)
  EXPECT_EQ(health.band(), "critical");
  ASSERT_EQ(health.losses.size(), 2u);
  EXPECT_EQ(health.losses[0].resource, "cpu");
  EXPECT_EQ(health.losses[0].detector, "cpu.pressure");
  EXPECT_NEAR(health.losses[0].points + health.losses[1].points, 65, 1e-9);
}

TEST(Health, OfNothingIsUnknown) {
  const Health health = healthOf({0, {}, {"cpu.pressure"}});
  EXPECT_FALSE(health.score.has_value());
  EXPECT_EQ(health.band(), "unknown");
  EXPECT_EQ(health.notObserved, (std::vector<std::string>{"cpu.pressure"}));
}

// A host of two CPUs on which the group `stress` uses all, from minute 30 on.
MemoryHistory busyHost(int minutes) {
  MemoryHistory history;
  double idle = 0;
  double waiting = 0;
  double stress = 0;
  for (int i = 0; i <= minutes * 4; ++i) {
    const std::int64_t time = i * 15'000;
    const bool isBusy = i >= 120;
    idle += isBusy ? 0.1 : 14;
    waiting += isBusy ? 12 : 0;
    stress += isBusy ? 29 : 0.5;
    const auto on = [](const char* name, std::initializer_list<LabelSet::Pair> more) {
      std::vector<LabelSet::Pair> labels(more);
      labels.insert(labels.end(), {{"__name__", name}, {"instance", "a"}, {"job", "x"}});
      return LabelSet(labels);
    };
    for (const char* cpu : {"0", "1"}) {
      history.add(on("node_cpu_seconds_total", {{"cpu", cpu}, {"mode", "idle"}}), time, idle);
      history.add(on("node_cpu_seconds_total", {{"cpu", cpu}, {"mode", "user"}}), time,
                  15.0 * i - idle);
    }
    history.add(on("node_pressure_cpu_waiting_seconds_total", {}), time, waiting);
    history.add(
        on("namedprocess_namegroup_cpu_seconds_total", {{"groupname", "stress"}, {"mode", "user"}}),
        time, stress);
  }
  return history;
}

TEST(Investigation, FindsWhoKeepsTheCpusBusy) {
  const MemoryHistory history = busyHost(45);
  const promql::Engine engine;
  const Findings findings =
      investigate({history, engine}, {.start = 0, .end = 45 * kMinute, .bottlenecks = true});
  ASSERT_EQ(findings.bottlenecks.size(), 1u);
  const Diagnosis& one = findings.bottlenecks[0];
  EXPECT_EQ(one.bottleneck.place, (Place{"cpu", "host", "a"}));
  EXPECT_GT(one.bottleneck.impact, 80);
  ASSERT_FALSE(one.consumers.empty());
  EXPECT_EQ(one.consumers[0].name, "stress");
  EXPECT_NEAR(one.consumers[0].share, 1, 1e-9);
  EXPECT_THAT(one.advice, Contains(HasSubstr("rocess group stress takes 1.93 CPUs")));
  EXPECT_THAT(one.advice, Contains(AllOf(HasSubstr("CPUQuota"), HasSubstr("add 2 CPUs"))));
  EXPECT_THAT(findings.health.notObserved, Contains("database.latency"));
  const auto json = nlohmann::json::parse(bottlenecksJson(findings));
  EXPECT_EQ(json["bottlenecks"][0]["component"], "host");
  EXPECT_EQ(nlohmann::json::parse(healthJson(findings))["band"], findings.health.band());
}

// A host whose CPUs have nothing to do but from minute 30 to 40, and what is told of it each
// quarter.
TEST(Analyst, TellsOfALoadWithinThreeMinutesAndOfItsEndWithinSeven) {
  const auto history = std::make_shared<MemoryHistory>();
  double idle = 0;
  double waiting = 0;
  for (int i = 0; i <= 50 * 4; ++i) {
    const bool isBusy = i > 30 * 4 && i <= 40 * 4;
    idle += isBusy ? 0 : 15;
    waiting += isBusy ? 9 : 0;
    const std::int64_t time = i * 15'000;
    history->add({{"__name__", "node_cpu_seconds_total"}, {"cpu", "0"}, {"mode", "idle"}}, time,
                 idle);
    history->add({{"__name__", "node_pressure_cpu_waiting_seconds_total"}}, time, waiting);
  }
  std::vector<std::string> lines;
  std::int64_t now = 0;
  std::vector<std::int64_t> times;
  Analyst analyst({.history = history, .tell = [&](const std::string& line) {
                     lines.push_back(line);
                     times.push_back(now);
                   }});
  for (now = 20 * kMinute; now <= 50 * kMinute; now += 15'000) analyst.lookAtBottlenecks(now);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], HasSubstr("event=begin resource=cpu component=\"host\""));
  EXPECT_LE(times[0], 33 * kMinute);
  EXPECT_THAT(lines[1], HasSubstr("event=end resource=cpu"));
  EXPECT_LE(times[1], 47 * kMinute);
}

TEST(Investigation, AdvisesWithoutKnowingWho) {
  MemoryHistory history;
  for (int i = 0; i <= 180; ++i) {
    history.add({{"__name__", "node_pressure_cpu_waiting_seconds_total"}, {"instance", "a"}},
                i * 15'000, 12.0 * i);
  }
  const promql::Engine engine;
  const Findings findings =
      investigate({history, engine}, {.start = 0, .end = 45 * kMinute, .bottlenecks = true});
  ASSERT_EQ(findings.bottlenecks.size(), 1u);
  EXPECT_THAT(findings.bottlenecks[0].advice,
              testing::ElementsAre(HasSubstr("not observed"), HasSubstr("run fewer of them")));
}

TEST(Investigation, OfAnEmptyHistoryHidesNothing) {
  const MemoryHistory history;
  const promql::Engine engine;
  Investigation wanted{.signals = {signalOf("system.cpuUsage")}, .end = 60 * kMinute};
  wanted.trends = wanted.anomalies = wanted.bottlenecks = true;
  const Findings findings = investigate({history, engine}, wanted);
  EXPECT_TRUE(findings.signals.empty());
  EXPECT_EQ(findings.silent, (std::vector<std::string>{"system.cpuUsage"}));
  EXPECT_FALSE(findings.health.score.has_value());
  EXPECT_GT(findings.health.notObserved.size(), 30u);
}

TEST(Analyst, TellsWhatBeginsAndEndsOnce) {
  const auto history = std::make_shared<MemoryHistory>(busyHost(45));
  std::vector<std::string> lines;
  Analyst analyst({.history = history,
                   .signals = {signalOf("system.cpuUsage")},
                   .tell = [&](const std::string& line) { lines.push_back(line); }});
  for (int minute = 20; minute <= 44; ++minute) analyst.look(minute * kMinute);
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("finding=bottleneck event=begin resource=cpu"),
                                    HasSubstr("stress"))));
  const auto findings = analyst.findings();
  EXPECT_EQ(findings->end, 44 * kMinute);
  ASSERT_EQ(findings->signals.size(), 1u);
  EXPECT_EQ(findings->signals[0].name, "system.cpuUsage");
  EXPECT_GT(findings->signals[0].last, 90);
  ASSERT_EQ(findings->bottlenecks.size(), 1u);
  EXPECT_LT(*findings->health.score, 90);
}

TEST(Analyst, WatchesOtherSignalsFromItsNextLookOn) {
  Analyst analyst({.history = std::make_shared<MemoryHistory>(busyHost(45)),
                   .signals = {signalOf("system.cpuUsage")}});
  const auto namesAfter = [&](int minute) {
    analyst.look(minute * kMinute);
    std::vector<std::string> names;
    for (const SignalFinding& one : analyst.findings()->signals) names.push_back(one.name);
    return names;
  };
  analyst.watchToo({{.name = "one", .expression = "vector(1)"}});
  EXPECT_THAT(namesAfter(20), UnorderedElementsAre("system.cpuUsage", "one"));
  analyst.watchToo({{.name = "two", .expression = "vector(2)"}});
  EXPECT_THAT(namesAfter(21), UnorderedElementsAre("system.cpuUsage", "two"));
  analyst.watchToo({});
  EXPECT_THAT(namesAfter(22), UnorderedElementsAre("system.cpuUsage"));
}

TEST(BaselineStore, KeepsCellsUnderNames) {
  const std::string directory = testing::TempDir() + "baseline_store_test";
  std::filesystem::remove_all(directory);
  {
    Track track{signalOf("system.cpuUsage"), {}};
    for (int i = 0; i < 100; ++i) {
      track.times.push_back(i * Baseline::kStep);
      track.values.push_back(i);
    }
    const Baseline baseline(track);
    BaselineStore store(directory);
    store.save({"release", "system.cpuUsage", 5}, baseline, track.values);
    store.save({"", "system.cpuUsage", 6}, baseline);
    EXPECT_EQ(store.list(), (std::vector<StoredName>{{"release", "system.cpuUsage", 5}}));
    const auto loaded = store.load("release", "system.cpuUsage", utc);
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded->baseline.cells().size(), baseline.cells().size());
    EXPECT_EQ(loaded->baseline.cells().back(), baseline.cells().back());
    EXPECT_EQ(loaded->values, track.values);
    EXPECT_FALSE(store.load("release", "other", utc).has_value());
    EXPECT_EQ(store.remove("release"), 1u);
    EXPECT_TRUE(store.list().empty());
  }
  std::filesystem::remove_all(directory);
}

}  // namespace

}  // namespace orchestrator_exporter
