// aggregatedStats() and windows() against a plain recomputation from a log of all records.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

#include "metrics/recording/metrics_collector.h"
#include "tests/support/manual_clock.h"

namespace orchestrator_exporter {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using TimePoint = AggregatedStats::TimePoint;

struct Logged {
  TimePoint time;
  RecordType type;
  double number = 0;  // tokens, milliseconds
  std::string status = {};
};

double rankOf(const std::vector<double>& ascending, double share) {
  const double rank = std::ceil(share * static_cast<double>(ascending.size()));
  return ascending[static_cast<std::size_t>(rank) - 1];
}

// Everything again from the log, as plainly as can be.
class Plain {
 public:
  Plain(const std::vector<Logged>& log, TimePoint start, TimePoint end) {
    for (const Logged& one : log) {
      const bool inside = one.time >= start && one.time < end;
      if (one.time < end && one.type == RecordType::kSessionStart) ++active;
      if (one.time < end && one.type == RecordType::kSessionEnd) --active;
      if (inside) add(one);
    }
    std::sort(latencies.begin(), latencies.end());
  }

  void expectEqual(const AggregatedStats& stats) const {
    EXPECT_EQ(stats.totalTokens, tokens);
    EXPECT_EQ(stats.totalSessions, sessions);
    EXPECT_EQ(stats.activeSessions, active);
    EXPECT_EQ(stats.errors, errors);
    EXPECT_EQ(stats.successfulToolCalls, successes);
    EXPECT_EQ(stats.failedToolCalls, failures);
    EXPECT_EQ(stats.toolInvocations, successes + failures);
    EXPECT_EQ(stats.delegations, delegations);
    const double calls = static_cast<double>(successes + failures);
    EXPECT_EQ(stats.errorRate, calls == 0 ? 0 : static_cast<double>(failures) / calls);
    expectLatency(stats.latency);
    EXPECT_EQ(stats.avgLatency, stats.latency.mean);
  }

 private:
  void add(const Logged& one) {
    if (one.type == RecordType::kSessionStart) ++sessions;
    if (one.type == RecordType::kTokenUsage) tokens += one.number;
    if (one.type == RecordType::kError) ++errors;
    if (one.type == RecordType::kDelegation) ++delegations;
    if (one.type == RecordType::kMessageLatency) latencies.push_back(one.number);
    if (one.type == RecordType::kToolInvocation) ++(one.status == "success" ? successes : failures);
  }

  void expectLatency(const LatencyStats& latency) const {
    ASSERT_EQ(latency.messages, latencies.size());
    if (latencies.empty()) return;
    double sum = 0;
    for (const double one : latencies) sum += one;
    const double mean = sum / static_cast<double>(latencies.size());
    double squares = 0;
    for (const double one : latencies) squares += (one - mean) * (one - mean);
    EXPECT_NEAR(latency.mean, mean, mean * 1e-12);
    EXPECT_NEAR(latency.standardDeviation,
                std::sqrt(squares / static_cast<double>(latencies.size())), mean * 1e-9);
    EXPECT_DOUBLE_EQ(latency.minimum, latencies.front());
    EXPECT_DOUBLE_EQ(latency.maximum, latencies.back());
    const std::pair<double, double> quantiles[] = {{0.5, latency.p50},
                                                   {0.9, latency.p90},
                                                   {0.95, latency.p95},
                                                   {0.99, latency.p99},
                                                   {0.999, latency.p999}};
    for (const auto& [share, found] : quantiles) {
      const double right = rankOf(latencies, share);
      EXPECT_NEAR(found, right, right / 31) << share;
    }
  }

  double tokens = 0;
  std::uint64_t sessions = 0;
  std::int64_t active = 0;
  std::uint64_t errors = 0;
  std::uint64_t successes = 0;
  std::uint64_t failures = 0;
  std::uint64_t delegations = 0;
  std::vector<double> latencies;
};

class AggregatedRanges : public testing::TestWithParam<bool> {
 protected:
  AggregatedRanges() {
    for (int i = 0; i < 5000; ++i) {
      record();
      clock.advance(seconds(random() % 20));
    }
  }

  // Something that an orchestrator does, to the collector and to the log.
  void record() {
    Logged one{.time = clock.now(), .type = static_cast<RecordType>(random() % 7)};
    switch (one.type) {
      case RecordType::kSessionStart:
        collector.recordSessionStart("o", "t");
        ++active;
        break;
      case RecordType::kSessionEnd:
        if (active == 0) return;
        collector.recordSessionEnd("o", "t");
        --active;
        break;
      case RecordType::kTokenUsage:
        one.number = static_cast<double>(random() % 1000);
        collector.recordTokenUsage("o", "m", one.number);
        break;
      case RecordType::kToolInvocation:
        one.status = random() % 3 == 0 ? "timeout" : "success";
        collector.recordToolInvocation("o", "bash", one.status);
        break;
      case RecordType::kDelegation:
        collector.recordDelegation(random() % 2 == 0 ? "o" : "p", "o", "success");
        break;
      case RecordType::kError:
        collector.recordError("o", "e");
        break;
      default:
        one.type = RecordType::kMessageLatency;
        one.number = latency(random);
        collector.recordMessageLatency("o", one.number, random() % 10 == 0 ? "trace" : "");
        break;
    }
    log.push_back(one);
  }

  ManualClock clock;
  MetricsRegistry registry;
  MetricsCollector collector{registry, {.enableBatching = GetParam(), .wallClock = clock.wall()}};
  const TimePoint begin = clock.now();
  std::mt19937 random{7};
  std::lognormal_distribution<double> latency{5, 1.2};  // milliseconds, around 150
  int active = 0;
  std::vector<Logged> log;
};

INSTANTIATE_TEST_SUITE_P(Batching, AggregatedRanges, testing::Bool(),
                         [](const auto& batching) { return batching.param ? "On" : "Off"; });

TEST_P(AggregatedRanges, AgreeWithAPlainRecomputation) {
  for (int i = 0; i < 50; ++i) {
    const TimePoint start = begin + seconds(random() % 40'000);
    const TimePoint end = start + seconds(1 + random() % 20'000);
    const AggregatedStats stats = collector.aggregatedStats("o", start, end);
    EXPECT_LE(stats.start, start);
    Plain(log, stats.start, stats.end + seconds(stats.end == clock.now())).expectEqual(stats);
  }
}

TEST_P(AggregatedRanges, AreTwoRightAnswersForTwoRanges) {
  const TimePoint middle = begin + hours(6);
  const AggregatedStats first = collector.aggregatedStats("o", begin, middle);
  const AggregatedStats second = collector.aggregatedStats("o", middle, middle + hours(4));
  Plain(log, begin, middle).expectEqual(first);
  Plain(log, middle, middle + hours(4)).expectEqual(second);
  EXPECT_NE(first.totalTokens, second.totalTokens);
  EXPECT_NE(first.latency.p99, second.latency.p99);
}

TEST_P(AggregatedRanges, ComeAsWindowsThatAddUp) {
  const TimePoint end = begin + minutes(300);
  const auto windows = collector.windows("o", begin + seconds(10), end, minutes(7));
  ASSERT_EQ(windows.size(), 43u);  // the last one is cut off
  double tokens = 0;
  std::uint64_t messages = 0;
  TimePoint expected = begin;
  for (const AggregatedStats& window : windows) {
    EXPECT_EQ(window.start, expected);
    expected = window.end;
    Plain(log, window.start, window.end).expectEqual(window);
    tokens += window.totalTokens;
    messages += window.latency.messages;
  }
  EXPECT_EQ(expected, end);
  const AggregatedStats whole = collector.aggregatedStats("o", begin, end);
  EXPECT_EQ(tokens, whole.totalTokens);
  EXPECT_EQ(messages, whole.latency.messages);
}

TEST_P(AggregatedRanges, ComeInNoWindowThatIsNotThere) {
  const TimePoint now = std::chrono::ceil<minutes>(clock.now()) + seconds(30);
  clock.advance(now - clock.now());
  EXPECT_TRUE(collector.windows("o", now + hours(1), now + hours(2), minutes(1)).empty());
  EXPECT_TRUE(collector.windows("o", now - hours(90), now - hours(30), hours(72)).empty());
  EXPECT_EQ(collector.windows("o", now - hours(100), now + hours(100), hours(1)).size(), 25u);
  EXPECT_EQ(collector.windows("o", TimePoint::min(), TimePoint::max(), minutes::max()).size(), 1u);
}

TEST_P(AggregatedRanges, AreRefusedWithTheReason) {
  const TimePoint now = clock.now();
  const auto reason = [&](TimePoint start, TimePoint end, minutes step) -> std::string {
    try {
      collector.windows("o", start, end, step);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "not refused";
  };
  EXPECT_EQ(reason(now, now, minutes(1)), "the range of time is empty");
  EXPECT_EQ(reason(now, now - seconds(1), minutes(1)), "the range of time ends before it starts");
  EXPECT_EQ(reason(begin, now, minutes(0)),
            "the step of the windows: expected at least a minute, got 0");
}

TEST_P(AggregatedRanges, CountALatencyThatComesLate) {
  const auto late = clock.now();
  collector.recordMessageLatency("late", 100);
  collector.flush();
  clock.advance(minutes(2));
  collector.recordMessageLatency("late", 300);
  collector.flush();
  clock.advance(-minutes(2));  // as by a thread that was interrupted before it could record
  collector.recordMessageLatency("late", 200);
  clock.advance(minutes(2));
  const AggregatedStats stats = collector.aggregatedStats("late", late, late + minutes(1));
  EXPECT_EQ(stats.latency.messages, 2u);
  EXPECT_DOUBLE_EQ(stats.latency.maximum, 200);
  EXPECT_NEAR(stats.latency.p99, 200, 200 / 31.0);
  EXPECT_EQ(collector.aggregatedStats("late").latency.messages, 3u);
}

}  // namespace orchestrator_exporter
