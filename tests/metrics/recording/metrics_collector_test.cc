#include "metrics/recording/metrics_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "metrics/base/errors.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Everything that the facade promises holds with batching and without.
class MetricsCollectorModes : public RegistryTest, public testing::WithParamInterface<bool> {
 protected:
  MetricsCollector collector{registry, {.enableBatching = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Batching, MetricsCollectorModes, testing::Bool(),
                         [](const auto& batching) { return batching.param ? "On" : "Off"; });

TEST_P(MetricsCollectorModes, FillsEveryFamily) {
  collector.recordSessionStart("o", "claude-code");
  collector.recordTokenUsage("o", "m", 1500);
  collector.recordTokenUsage("o", "m", 0.5);
  collector.recordMessageLatency("o", milliseconds(250));
  collector.recordToolInvocation("o", "bash", "timeout");
  collector.recordDelegation("o", "p", "rejected");
  collector.recordError("o", "oom");
  collector.updateNodeLoad("n", 0.25);
  collector.updateBudgetUtilization("o", "daily", 120);
  const std::string all = text();
  EXPECT_THAT(
      all,
      HasSubstr("orchestrator_sessions_active{orchestrator_id=\"o\",session_type=\"claude-code\"} "
                "1\n"));
  EXPECT_THAT(all, HasSubstr("orchestrator_sessions_started_total{orchestrator_id=\"o\",session_"
                             "type=\"claude-code\"} 1\n"));
  EXPECT_THAT(
      all, HasSubstr("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"} 1500.5\n"));
  EXPECT_THAT(all, HasSubstr(R"(# TYPE orchestrator_message_latency_seconds histogram
orchestrator_message_latency_seconds_bucket{orchestrator_id="o",le="0.1"} 0
orchestrator_message_latency_seconds_bucket{orchestrator_id="o",le="0.5"} 1
orchestrator_message_latency_seconds_bucket{orchestrator_id="o",le="1"} 1
orchestrator_message_latency_seconds_bucket{orchestrator_id="o",le="2"} 1
orchestrator_message_latency_seconds_bucket{orchestrator_id="o",le="5"} 1
orchestrator_message_latency_seconds_bucket{orchestrator_id="o",le="10"} 1
orchestrator_message_latency_seconds_bucket{orchestrator_id="o",le="+Inf"} 1
orchestrator_message_latency_seconds_sum{orchestrator_id="o"} 0.25
orchestrator_message_latency_seconds_count{orchestrator_id="o"} 1
)"));
  EXPECT_THAT(all, HasSubstr("orchestrator_tool_invocations_total{orchestrator_id=\"o\",status="
                             "\"timeout\",tool_name=\"bash\"} 1\n"));
  EXPECT_THAT(all, HasSubstr("orchestrator_federation_delegations_total{from_orchestrator=\"o\","
                             "status=\"rejected\",to_orchestrator=\"p\"} 1\n"));
  EXPECT_THAT(all,
              HasSubstr("orchestrator_errors_total{error_type=\"oom\",orchestrator_id=\"o\"} 1\n"));
  EXPECT_THAT(all, HasSubstr("orchestrator_node_load{node_id=\"n\"} 0.25\n"));
  EXPECT_THAT(all, HasSubstr("orchestrator_budget_utilization_percent{orchestrator_id=\"o\","
                             "period=\"daily\"} 120\n"));
}

TEST_P(MetricsCollectorModes, TakesALatencyAsDurationOrMilliseconds) {
  collector.recordMessageLatency("o", std::chrono::seconds(2));
  collector.recordMessageLatency("o", 125);
  collector.recordMessageLatency("o", 62.5);
  collector.recordMessageLatency("p", 100);
  EXPECT_EQ(value("orchestrator_message_latency_seconds_sum{orchestrator_id=\"o\"}"), "2.1875");
  EXPECT_EQ(value("orchestrator_message_latency_seconds_bucket{orchestrator_id=\"p\",le=\"0.1\"}"),
            "1");
}

TEST_P(MetricsCollectorModes, EndsSessions) {
  const std::string active =
      "orchestrator_sessions_active{orchestrator_id=\"o\",session_type=\"t\"}";
  collector.recordSessionStart("o", "t");
  collector.recordSessionStart("o", "t");
  collector.recordSessionEnd("o", "t");
  EXPECT_EQ(value(active), "1");
  collector.recordSessionEnd("o", "t");
  EXPECT_EQ(value(active), "0");
  EXPECT_EQ(value("orchestrator_sessions_started_total{orchestrator_id=\"o\",session_type=\"t\"}"),
            "2");
  EXPECT_EQ(rejected("end_without_start"), "none");
}

TEST_P(MetricsCollectorModes, NeverCountsSessionsBelowZero) {
  const std::string active =
      "orchestrator_sessions_active{orchestrator_id=\"o\",session_type=\"t\"}";
  collector.recordSessionEnd("o", "t");
  collector.recordSessionStart("o", "t");
  EXPECT_EQ(value(active), "1");
  collector.recordSessionEnd("o", "t");
  collector.recordSessionEnd("o", "t");
  EXPECT_EQ(value(active), "0");
  EXPECT_EQ(rejected("end_without_start"), "2");
}

TEST_P(MetricsCollectorModes, EndsASessionThatAnotherThreadStarted) {
  std::thread([&] { collector.recordSessionStart("o", "t"); }).join();
  collector.recordSessionEnd("o", "t");
  collector.recordSessionStart("o", "t");
  std::thread([&] { collector.recordSessionEnd("o", "t"); }).join();
  EXPECT_EQ(value("orchestrator_sessions_active{orchestrator_id=\"o\",session_type=\"t\"}"), "0");
  EXPECT_EQ(rejected("end_without_start"), "none");
}

TEST_P(MetricsCollectorModes, RejectsAndCountsBadValues) {
  collector.recordTokenUsage("o", "m", -1);
  collector.recordTokenUsage("o", "m", kNaN);
  collector.recordTokenUsage("o", "m", kInfinity);
  collector.recordMessageLatency("o", kNaN);
  collector.recordMessageLatency("o", milliseconds(-1));
  collector.updateNodeLoad("n", 1.01);
  collector.updateNodeLoad("n", kNaN);
  collector.updateBudgetUtilization("o", "daily", -1);
  collector.updateBudgetUtilization("o", "hourly", 1);
  collector.recordTokenUsage("", "m", 1);
  collector.recordError("o", "\xFF");
  collector.recordToolInvocation("o", "bash", "maybe");
  collector.recordDelegation("o", "p", "timeout");
  EXPECT_THAT(text(), Not(HasSubstr("orchestrator_")));
  EXPECT_EQ(rejected("negative"), "3");
  EXPECT_EQ(rejected("not_a_number"), "3");
  EXPECT_EQ(rejected("out_of_range"), "2");
  EXPECT_EQ(rejected("empty_identifier"), "1");
  EXPECT_EQ(rejected("not_utf8"), "1");
  EXPECT_EQ(rejected("unknown_value"), "3");
}

TEST_P(MetricsCollectorModes, KeepsTheOrderOfOneThread) {
  for (int i = 0; i <= 100; ++i) collector.updateNodeLoad("n", i / 100.0);
  collector.updateNodeLoad("n", 0.5);
  EXPECT_EQ(value("orchestrator_node_load{node_id=\"n\"}"), "0.5");
}

TEST_P(MetricsCollectorModes, RejectsWhatComesAfterTheEnd) {
  collector.recordError("o", "e");
  const BoundTokens tokens = collector.tokenUsage("o", "m");
  collector.close();
  collector.close();
  collector.recordError("o", "e");
  collector.recordSessionEnd("o", "t");
  collector.updateNodeLoad("n", 1);
  tokens.add(1);
  EXPECT_EQ(value("orchestrator_errors_total{error_type=\"e\",orchestrator_id=\"o\"}"), "1");
  EXPECT_EQ(rejected("closed"), "4");
}

TEST_P(MetricsCollectorModes, RecordsThroughBoundSeries) {
  collector.tokenUsage("o", "m").add(5);
  collector.messageLatency("o").observe(milliseconds(1500));
  collector.toolInvocations("o", "bash", "success").add();
  collector.delegations("o", "p", "success").add();
  collector.errors("o", "e").add();
  const BoundSessions sessions = collector.sessions("o", "t");
  sessions.start();
  sessions.start();
  sessions.end();
  collector.recordSessionEnd("o", "t");
  collector.tokenUsage("o", "m").add(-5);
  EXPECT_EQ(value("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"}"), "5");
  EXPECT_EQ(value("orchestrator_message_latency_seconds_sum{orchestrator_id=\"o\"}"), "1.5");
  EXPECT_EQ(value("orchestrator_sessions_active{orchestrator_id=\"o\",session_type=\"t\"}"), "0");
  EXPECT_EQ(rejected("negative"), "1");
  const AggregatedStats stats = collector.aggregatedStats("o");
  EXPECT_EQ(stats.totalTokens, 5);
  EXPECT_EQ(stats.totalSessions, 2u);
  EXPECT_EQ(stats.delegations, 1u);
}

TEST_P(MetricsCollectorModes, FindsASeriesAnewAfterItsRemoval) {
  const Counters family = registry.counter(
      "orchestrator_errors_total", "Errors by type.", {"orchestrator_id", "error_type"},
      {.maxSeries = static_cast<std::size_t>(MetricsCollectorConfig{}.maxSeriesPerFamily)});
  collector.recordError("o", "e");
  collector.flush();
  EXPECT_TRUE(family.remove({"o", "e"}));
  collector.recordError("o", "e");
  EXPECT_EQ(value("orchestrator_errors_total{error_type=\"e\",orchestrator_id=\"o\"}"), "1");
}

TEST_P(MetricsCollectorModes, EndsSessionsThatNobodyRemembersButTheFamily) {
  constexpr int kSessions = 5000;  // more than a thread remembers
  std::thread([&] {
    for (int i = 0; i < kSessions; ++i) collector.recordSessionStart(std::to_string(i), "t");
  }).join();
  for (int i = 0; i < kSessions; ++i) collector.recordSessionEnd(std::to_string(i), "t");
  EXPECT_EQ(value("orchestrator_sessions_active{orchestrator_id=\"0\",session_type=\"t\"}"), "0");
  EXPECT_EQ(rejected("end_without_start"), "none");
  collector.recordSessionEnd("0", "t");
  EXPECT_EQ(rejected("end_without_start"), "1");
}

TEST_P(MetricsCollectorModes, AppliesABatchWhole) {
  EXPECT_EQ(collector.apply(std::vector<Record>{
                {.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = 3},
                {.type = RecordType::kMessageLatency, .texts = {"o"}, .number = 500},
                {.type = RecordType::kSessionStart, .texts = {"o", "t"}}}),
            3u);
  EXPECT_EQ(value("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"}"), "3");
  EXPECT_EQ(value("orchestrator_message_latency_seconds_sum{orchestrator_id=\"o\"}"), "0.5");
}

TEST_P(MetricsCollectorModes, AppliesNothingOfABadBatch) {
  const std::vector<Record> records = {
      {.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = 3},
      {.type = RecordType::kTokenUsage, .texts = {"o", "m"}, .number = -5}};
  try {
    collector.apply(records);
    FAIL() << "a negative number of tokens was taken";
  } catch (const ParseError& error) {
    EXPECT_STREQ(error.what(), "records[1].tokens: expected a number >= 0, got -5");
  }
  EXPECT_EQ(value("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"}"), "none");
}

TEST_P(MetricsCollectorModes, RejectsABatchAfterTheEnd) {
  collector.close();
  EXPECT_EQ(collector.apply(std::vector<Record>{{.type = RecordType::kError, .texts = {"o", "e"}}}),
            std::nullopt);
  EXPECT_EQ(rejected("closed"), "1");
}

TEST_P(MetricsCollectorModes, TakesAllOfABatchButEndsWithoutAStart) {
  const Record start = {.type = RecordType::kSessionStart, .texts = {"o", "t"}};
  const Record end = {.type = RecordType::kSessionEnd, .texts = {"o", "t"}};
  EXPECT_EQ(collector.apply(std::vector<Record>{end, start, end, end}), 2u);
  EXPECT_EQ(rejected("end_without_start"), "2");
  EXPECT_EQ(value("orchestrator_sessions_active{orchestrator_id=\"o\",session_type=\"t\"}"), "0");
}

TEST_P(MetricsCollectorModes, AddsUpNothingThatCouldOverflow) {
  collector.recordTokenUsage("o", "m", 100);
  collector.recordTokenUsage("o", "m", 1e308);
  collector.recordTokenUsage("o", "m", 1e308);
  collector.recordTokenUsage("o", "m", 1e15);
  collector.recordMessageLatency("o", 1e308);
  collector.recordMessageLatency("o", 1e15);
  EXPECT_EQ(value("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"o\"}"),
            "1000000000000100");
  EXPECT_EQ(value("orchestrator_message_latency_seconds_sum{orchestrator_id=\"o\"}"),
            "1000000000000");
  EXPECT_EQ(rejected("out_of_range"), "3");
  EXPECT_EQ(collector.aggregatedStats("o").totalTokens, 1000000000000100);
}

}  // namespace orchestrator_exporter
