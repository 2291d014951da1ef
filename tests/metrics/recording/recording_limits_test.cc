// What a collector does about identifiers that are too long, too many, or not used any more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "metrics/base/errors.h"
#include "metrics/instruments/process_metrics.h"
#include "metrics/recording/metrics_collector.h"
#include "tests/support/manual_clock.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

class LongIdentifiers : public RegistryTest, public testing::WithParamInterface<bool> {
 protected:
  std::string cut() { return value("metrics_collector_cut_identifiers_total"); }

  MetricsCollector collector{registry, {.enableBatching = GetParam(), .maxIdentifierLength = 8}};
};

INSTANTIATE_TEST_SUITE_P(Batching, LongIdentifiers, testing::Bool(),
                         [](const auto& batching) { return batching.param ? "On" : "Off"; });

TEST_P(LongIdentifiers, AreCutAtTheEndOfACharacterAndCounted) {
  collector.recordError("12345678", "e");
  EXPECT_EQ(cut(), "none");
  collector.recordError("123456789", "e");
  collector.recordError("12345678", "e");
  collector.recordError("1234567\xC3\xA4", "e");
  EXPECT_EQ(value("orchestrator_errors_total{error_type=\"e\",orchestrator_id=\"12345678\"}"), "3");
  EXPECT_EQ(value("orchestrator_errors_total{error_type=\"e\",orchestrator_id=\"1234567\"}"), "1");
  EXPECT_EQ(cut(), "2");
}

TEST_P(LongIdentifiers, MeetInOneSeriesWhicheverIsTooLong) {
  for (const char* end : {"", "9", "90"}) {
    const std::string text = "12345678" + std::string(end);
    collector.recordSessionStart(text, text);
    collector.recordSessionEnd(text, text);
    collector.recordMessageLatency(text, 100);
    collector.recordToolInvocation("o", text, "success");
    collector.updateNodeLoad(text, 0.5);
  }
  EXPECT_EQ(value("orchestrator_sessions_started_total{orchestrator_id=\"12345678\",session_type="
                  "\"12345678\"}"),
            "3");
  EXPECT_EQ(value("orchestrator_message_latency_seconds_count{orchestrator_id=\"12345678\"}"), "3");
  EXPECT_EQ(value("orchestrator_tool_invocations_total{orchestrator_id=\"o\",status=\"success\","
                  "tool_name=\"12345678\"}"),
            "3");
  EXPECT_EQ(value("orchestrator_node_load{node_id=\"12345678\"}"), "0.5");
  EXPECT_EQ(cut(), "10");
  EXPECT_EQ(collector.aggregatedStats("12345678").latency.messages, 3u);
}

TEST_P(LongIdentifiers, AreCutOnceWhereASeriesIsBound) {
  const BoundTokens tokens = collector.tokenUsage("123456789", "m");
  tokens.add(1);
  tokens.add(2);
  EXPECT_EQ(value("orchestrator_tokens_used_total{model=\"m\",orchestrator_id=\"12345678\"}"), "3");
  EXPECT_EQ(cut(), "1");
}

TEST_P(LongIdentifiers, AreRefusedIfTheyAreNotUtf8) {
  collector.recordError("12345678\xFF", "e");
  EXPECT_EQ(rejected("not_utf8"), "1");
  EXPECT_EQ(cut(), "none");
}

TEST_P(LongIdentifiers, AreRefusedInABatch) {
  const std::vector<Record> records = {{.type = RecordType::kError, .texts = {"o", "12345678"}},
                                       {.type = RecordType::kError, .texts = {"o", "123456789"}}};
  try {
    collector.apply(records);
    FAIL() << "a long identifier was taken";
  } catch (const ParseError& error) {
    EXPECT_STREQ(error.what(), "records[1].error_type: expected at most 8 bytes, got 9");
  }
  EXPECT_THAT(text(), Not(HasSubstr("orchestrator_")));
}

TEST_P(LongIdentifiers, OfInstrumentsAreCutToo) {
  ProcessMetrics processes(registry);
  const std::string longest(kLongestIdentifier, 'p');
  processes.setTasks(longest, 1);
  processes.setTasks(longest + "q", 2);
  EXPECT_EQ(value("process_tasks{process_id=\"" + longest + "\"}"), "2");
  EXPECT_EQ(cut(), "1");
}

// A collector whose series go when nobody recorded to them for an hour.
class IdleSeries : public testing::Test {
 protected:
  std::string text() {
    return exposeText([this](Sink& out) { registry.collect(out); });
  }
  // Lets everything go that is idle and nobody remembers.
  void passTime() {
    text();
    clock.advance(std::chrono::minutes(61));
    text();
    collector.recordError("busy", "e");  // makes this thread forget what has departed
    text();
  }

  ManualClock clock;
  MetricsRegistry registry{{.steadyClock = clock.steady()}};
  MetricsCollector collector{registry,
                             {.maxSeriesPerFamily = 2, .expireAfter = std::chrono::hours(1)}};
};

TEST_F(IdleSeries, GoAndLeaveTheirRoomToOthers) {
  collector.recordTokenUsage("first", "m", 1);
  collector.recordTokenUsage("second", "m", 1);
  collector.recordTokenUsage("third", "m", 1);
  EXPECT_THAT(text(), HasSubstr("orchestrator_id=\"overflow\"} 1\n"));
  passTime();
  EXPECT_THAT(text(), Not(HasSubstr("orchestrator_tokens_used_total{")));
  collector.recordTokenUsage("fourth", "m", 1);
  EXPECT_THAT(text(), HasSubstr("orchestrator_id=\"fourth\"} 1\n"));
}

TEST_F(IdleSeries, StayWhileTheirSessionsAreActive) {
  const auto sessions = [](const std::string& orchestrator) {
    return "orchestrator_sessions_active{orchestrator_id=\"" + orchestrator +
           "\",session_type=\"t\"} ";
  };
  std::thread([this] {
    collector.recordSessionStart("long", "t");
    collector.recordSessionStart("short", "t");
    collector.recordSessionEnd("short", "t");
  }).join();
  passTime();
  EXPECT_THAT(text(), HasSubstr(sessions("long") + "1\n"));
  EXPECT_THAT(text(), Not(HasSubstr(sessions("short"))));
  collector.recordSessionEnd("long", "t");
  EXPECT_THAT(text(), HasSubstr(sessions("long") + "0\n"));
  EXPECT_THAT(text(), Not(HasSubstr("end_without_start")));
}

}  // namespace orchestrator_exporter
