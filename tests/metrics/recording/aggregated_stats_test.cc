#include <gtest/gtest.h>

#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "metrics/recording/metrics_collector.h"
#include "tests/support/manual_clock.h"

namespace orchestrator_exporter {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class AggregatedStatsTest : public testing::Test {
 protected:
  MetricsCollectorConfig config() { return {.wallClock = clock.wall()}; }

  ManualClock clock;
  MetricsRegistry registry;
};

TEST_F(AggregatedStatsTest, AddUpWhatHappened) {
  MetricsCollector collector(registry, config());
  collector.recordSessionStart("o", "t");
  collector.recordSessionStart("o", "u");
  collector.recordSessionEnd("o", "t");
  collector.recordTokenUsage("o", "m", 1000);
  collector.recordTokenUsage("o", "n", 500);
  collector.recordMessageLatency("o", std::chrono::milliseconds(100));
  collector.recordMessageLatency("o", std::chrono::milliseconds(200));
  for (const char* status : {"success", "success", "success", "error", "timeout"}) {
    collector.recordToolInvocation("o", "bash", status);
  }
  collector.recordDelegation("o", "p", "success");
  collector.recordDelegation("p", "o", "error");
  collector.recordDelegation("o", "o", "error");
  collector.recordError("o", "e");
  collector.recordTokenUsage("other", "m", 7);

  const AggregatedStats stats = collector.aggregatedStats("o");
  EXPECT_EQ(stats.orchestratorId, "o");
  EXPECT_EQ(stats.start, clock.now() - hours(1));
  EXPECT_EQ(stats.end, clock.now());
  EXPECT_EQ(stats.totalSessions, 2u);
  EXPECT_EQ(stats.activeSessions, 1);
  EXPECT_EQ(stats.totalTokens, 1500);
  EXPECT_DOUBLE_EQ(stats.avgLatency, 150);
  EXPECT_EQ(stats.successfulToolCalls, 3u);
  EXPECT_EQ(stats.failedToolCalls, 2u);
  EXPECT_EQ(stats.toolInvocations, 5u);
  EXPECT_DOUBLE_EQ(stats.errorRate, 0.4);
  EXPECT_EQ(stats.delegations, 3u);
  EXPECT_EQ(stats.errors, 1u);
}

TEST_F(AggregatedStatsTest, TellTwoRangesApart) {
  MetricsCollector collector(registry, config());
  const auto begin = clock.now();
  collector.recordTokenUsage("o", "m", 1);
  collector.recordSessionStart("o", "t");
  clock.advance(minutes(10));
  collector.recordTokenUsage("o", "m", 2);
  collector.recordSessionEnd("o", "t");
  clock.advance(minutes(10));

  const AggregatedStats first = collector.aggregatedStats("o", begin, begin + minutes(10));
  EXPECT_EQ(first.totalTokens, 1);
  EXPECT_EQ(first.totalSessions, 1u);
  EXPECT_EQ(first.activeSessions, 1);
  const AggregatedStats second =
      collector.aggregatedStats("o", begin + minutes(10), begin + minutes(20));
  EXPECT_EQ(second.totalTokens, 2);
  EXPECT_EQ(second.totalSessions, 0u);
  EXPECT_EQ(second.activeSessions, 0);
  EXPECT_EQ(collector.aggregatedStats("o", begin, begin + minutes(20)).totalTokens, 3);
}

TEST_F(AggregatedStatsTest, CoverWholeMinutesAndSaySo) {
  MetricsCollector collector(registry, config());
  const auto begin = clock.now();
  collector.recordTokenUsage("o", "m", 1);
  clock.advance(minutes(5));
  const AggregatedStats stats =
      collector.aggregatedStats("o", begin + seconds(30), begin + seconds(90));
  EXPECT_EQ(stats.start, begin);
  EXPECT_EQ(stats.end, begin + minutes(2));
  EXPECT_EQ(stats.totalTokens, 1);
  const AggregatedStats future = collector.aggregatedStats("o", begin, begin + hours(9));
  EXPECT_EQ(future.end, clock.now());
}

TEST_F(AggregatedStatsTest, ForgetWhatIsOlderThanTheRetention) {
  MetricsCollectorConfig short_memory = config();
  short_memory.statisticsRetention = minutes(60);
  MetricsCollector collector(registry, short_memory);
  const auto begin = clock.now();
  collector.recordTokenUsage("o", "m", 1);
  collector.recordSessionStart("o", "t");
  clock.advance(minutes(90));
  collector.recordTokenUsage("o", "m", 2);

  const AggregatedStats stats = collector.aggregatedStats("o", begin, clock.now());
  EXPECT_EQ(stats.start, begin + minutes(31));
  EXPECT_EQ(stats.totalTokens, 2);
  EXPECT_EQ(stats.activeSessions, 1);
  EXPECT_EQ(collector.aggregatedStats("o", begin, begin + minutes(1)).totalTokens, 0);
}

TEST_F(AggregatedStatsTest, AreZeroForAnOrchestratorNeverSeen) {
  MetricsCollector collector(registry, config());
  const AggregatedStats stats = collector.aggregatedStats("nobody");
  EXPECT_EQ(stats.totalTokens, 0);
  EXPECT_EQ(stats.errorRate, 0);
  EXPECT_EQ(stats.avgLatency, 0);
}

TEST_F(AggregatedStatsTest, RefuseAnEmptyRange) {
  MetricsCollector collector(registry, config());
  const auto now = clock.now();
  EXPECT_THROW(collector.aggregatedStats("o", now, now), std::invalid_argument);
  EXPECT_THROW(collector.aggregatedStats("o", now, now - seconds(1)), std::invalid_argument);
}

TEST_F(AggregatedStatsTest, KeepToTheirNumberOfOrchestrators) {
  MetricsCollectorConfig few = config();
  few.maxOrchestrators = 2;
  few.statisticsRetention = minutes(60);
  MetricsCollector collector(registry, few);
  for (const char* id : {"a", "b", "c"}) collector.recordTokenUsage(id, "m", 1);
  EXPECT_EQ(collector.aggregatedStats("b").totalTokens, 1);
  EXPECT_EQ(collector.aggregatedStats("c").totalTokens, 0);
  clock.advance(hours(2));
  collector.recordTokenUsage("c", "m", 5);
  collector.recordTokenUsage("a", "m", 6);
  EXPECT_EQ(collector.aggregatedStats("c").totalTokens, 5);
  EXPECT_EQ(collector.aggregatedStats("a").totalTokens, 6);
}

TEST_F(AggregatedStatsTest, KnowTheMinuteOfWhatWasRecordedByManyThreads) {
  MetricsCollector collector(registry, config());
  const auto begin = clock.now();
  for (int minute = 0; minute < 5; ++minute) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { collector.recordTokenUsage("o", "m", minute + 1); });
    }
    for (std::thread& thread : threads) thread.join();
    clock.advance(minutes(1));
  }
  for (int minute = 0; minute < 5; ++minute) {
    const auto start = begin + minutes(minute);
    EXPECT_EQ(collector.aggregatedStats("o", start, start + minutes(1)).totalTokens,
              4 * (minute + 1));
  }
}

}  // namespace orchestrator_exporter
