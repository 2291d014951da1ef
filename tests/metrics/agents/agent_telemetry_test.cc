#include "metrics/agents/agent_telemetry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "metrics/agents/agent_names.h"
#include "metrics/recording/metrics_collector.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {
namespace {

using testing::HasSubstr;
using testing::Not;

// Attributes whose values are all strings, as some agents send even numbers.
using Texts = std::vector<std::pair<std::string_view, std::string_view>>;

std::vector<Attribute> attributesOf(const Texts& texts) {
  std::vector<Attribute> attributes;
  for (const auto& [key, text] : texts) {
    attributes.push_back({key, {.type = AnyValue::Type::kString, .text = text}});
  }
  return attributes;
}

class AgentTelemetryTest : public testing::Test {
 protected:
  void happened(std::string_view agent, std::string_view event, const Texts& texts,
                std::string_view traceId = {}) {
    agents.happened({"o", agent}, eventRows(agent, event),
                    {.attributes = attributesOf(texts), .traceId = traceId});
  }
  void grew(std::string_view agent, std::string_view metric, double value, const Texts& texts,
            std::uint64_t count = 0) {
    agents.grew({"o", agent}, metricRows(agent, metric), attributesOf(texts),
                {.value = value, .count = count});
  }
  std::string page() {
    return exposeText([this](Sink& out) { registry.collect(out); });
  }
  AgentTelemetry::Config config(TokenSource tokens = TokenSource::kMetrics) {
    return {tokens, 600, [this] { return seconds; }};
  }

  std::uint32_t seconds = 1'000;
  MetricsRegistry registry;
  MetricsCollector collector{registry};
  AgentTelemetry agents{registry, collector.families(), config()};
};

TEST_F(AgentTelemetryTest, CountsRequestsOfClaudeCode) {
  happened(kClaudeCode, "api_request",
           {{"model", "m[1m]"}, {"duration_ms", "300"}, {"ttft_ms", "40"}, {"input_tokens", "9"}});
  happened(kClaudeCode, "api_error",
           {{"model", "m"}, {"status_code", "529"}, {"attempt", "3"}, {"duration_ms", "2000"}});
  happened(kClaudeCode, "api_error", {{"model", "m"}});
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr(R"(request_duration_seconds_sum{agent="claude-code",model="m",)"
                               R"(orchestrator_id="o",outcome="success"} 0.3)"));
  EXPECT_THAT(shown, HasSubstr(R"(outcome="error"} 2)"));
  EXPECT_THAT(shown, HasSubstr(R"(time_to_first_token_seconds_bucket{agent="claude-code",)"
                               R"(model="m",orchestrator_id="o",le="0.05"} 1)"));
  EXPECT_THAT(shown,
              HasSubstr(R"(orchestrator_message_latency_seconds_count{orchestrator_id="o"} 1)"));
  EXPECT_THAT(
      shown,
      HasSubstr(R"(agent_retries_total{agent="claude-code",model="m",orchestrator_id="o"} 2)"));
  EXPECT_THAT(shown, HasSubstr(R"(errors_total{error_type="api_529",orchestrator_id="o"} 1)"));
  EXPECT_THAT(shown,
              HasSubstr(R"(errors_total{error_type="api_connection",orchestrator_id="o"} 1)"));
  // Its metrics tell the tokens.
  EXPECT_THAT(shown, Not(HasSubstr("agent_tokens_total{")));
}

TEST_F(AgentTelemetryTest, TakesAStatusThatIsNoNumberForNone) {
  happened(kClaudeCode, "api_error", {{"model", "m"}, {"status_code", "undefined"}});
  happened(kGeminiCli, "api_error", {{"model", "m"}, {"status_code", ""}});
  EXPECT_THAT(page(),
              HasSubstr(R"(errors_total{error_type="api_connection",orchestrator_id="o"} 2)"));
}

TEST_F(AgentTelemetryTest, TakesTokensFromLogsOnRequest) {
  MetricsRegistry other;
  MetricsCollector theirs(other);
  AgentTelemetry fromLogs(other, theirs.families(), config(TokenSource::kLogs));
  const auto attributes =
      attributesOf({{"model", "m"}, {"input_tokens", "9"}, {"cost_usd", "0.5"}});
  fromLogs.happened({"o", kClaudeCode}, eventRows(kClaudeCode, "api_request"), {attributes});
  const auto points = attributesOf({{"model", "m"}, {"type", "input"}});
  fromLogs.grew({"o", kClaudeCode}, metricRows(kClaudeCode, "claude_code.token.usage"), points,
                {.value = 9});
  const std::string shown = exposeText([&](Sink& out) { other.collect(out); });
  EXPECT_THAT(shown, HasSubstr(R"(tokens_total{agent="claude-code",model="m",orchestrator_id="o",)"
                               R"(type="input"} 9)"));
  EXPECT_THAT(
      shown, HasSubstr(R"(cost_usd_total{agent="claude-code",model="m",orchestrator_id="o"} 0.5)"));
}

TEST_F(AgentTelemetryTest, CountsToolsByHowTheyEnded) {
  happened(kClaudeCode, "tool_result",
           {{"tool_name", "Bash"},
            {"success", "true"},
            {"duration_ms", "7"},
            {"tool_input_size_bytes", "30"},
            {"tool_result_size_bytes", "5"}});
  happened(kClaudeCode, "tool_result",
           {{"tool_name", "Bash"}, {"success", "false"}, {"error_type", "Error:ENOENT"}});
  happened(kOpencode, "tool_result",
           {{"tool_name", "bash"}, {"success", "false"}, {"error", "it Timed Out at last"}});
  const std::string shown = page();
  EXPECT_THAT(
      shown,
      HasSubstr(R"(invocations_total{orchestrator_id="o",status="success",tool_name="Bash"} 1)"));
  EXPECT_THAT(
      shown,
      HasSubstr(R"(invocations_total{orchestrator_id="o",status="error",tool_name="Bash"} 1)"));
  EXPECT_THAT(
      shown,
      HasSubstr(R"(invocations_total{orchestrator_id="o",status="timeout",tool_name="bash"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(errors_total{error_type="tool_Error",orchestrator_id="o"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(errors_total{error_type="tool_error",orchestrator_id="o"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(direction="input",orchestrator_id="o",tool_name="Bash"} 30)"));
  EXPECT_THAT(shown, HasSubstr(R"(direction="result",orchestrator_id="o",tool_name="Bash"} 5)"));
}

TEST_F(AgentTelemetryTest, CountsDelegationsByWhoTookThem) {
  happened(kClaudeCode, "tool_result",
           {{"tool_name", "Task"},
            {"success", "true"},
            {"tool_parameters", R"({"subagent_type": "reviewer"})"}});
  happened(kClaudeCode, "tool_result",
           {{"tool_name", "Agent"}, {"success", "false"}, {"tool_parameters", "{"}});
  happened(kGeminiCli, "agent.finish", {{"agent_name", "cli_help"}, {"terminate_reason", "GOAL"}});
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr(R"(status="success",to_orchestrator="reviewer"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(status="error",to_orchestrator="subagent"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(status="success",to_orchestrator="cli_help"} 1)"));
}

TEST_F(AgentTelemetryTest, CountsEachTokenOfCodexOnce) {
  happened(kCodex, "sse_event",
           {{"event.kind", "response.completed"},
            {"model", "m"},
            {"input_token_count", "100"},
            {"cached_token_count", "60"},
            {"cache_write_token_count", "10"},
            {"output_token_count", "20"},
            {"reasoning_token_count", "5"},
            {"tool_token_count", "120"}});
  happened(kCodex, "sse_event", {{"event.kind", "response.completed"}, {"model", "m"}});
  happened(kCodex, "sse_event", {{"event.kind", "response.created"}, {"input_token_count", "7"}});
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr(R"(type="input"} 30)"));
  EXPECT_THAT(shown, HasSubstr(R"(type="cache_read"} 60)"));
  EXPECT_THAT(shown, HasSubstr(R"(type="cache_creation"} 10)"));
  EXPECT_THAT(shown, HasSubstr(R"(type="output"} 15)"));
  EXPECT_THAT(shown, HasSubstr(R"(type="reasoning"} 5)"));
  EXPECT_THAT(shown, HasSubstr(R"(tokens_used_total{model="m",orchestrator_id="o"} 120)"));
}

TEST_F(AgentTelemetryTest, TellsAnsweredAttemptsOfCodexFromOthers) {
  happened(kCodex, "api_request",
           {{"model", "m"},
            {"http.response.status_code", "429"},
            {"attempt", "0"},
            {"duration_ms", "10"}});
  happened(kCodex, "api_request",
           {{"model", "m"},
            {"http.response.status_code", "200"},
            {"attempt", "1"},
            {"duration_ms", "30"}});
  happened(kCodex, "api_request", {{"model", "m"}, {"attempt", "0"}, {"error.message", "refused"}});
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr(R"(outcome="success"} 0.03)"));
  EXPECT_THAT(shown, HasSubstr(R"(outcome="error"} 0.01)"));
  EXPECT_THAT(shown, HasSubstr(R"(retries_total{agent="codex",model="m",orchestrator_id="o"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(error_type="api_429",orchestrator_id="o"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(error_type="api_connection",orchestrator_id="o"} 1)"));
}

TEST_F(AgentTelemetryTest, TakesANegativeDifferenceForNothing) {
  happened(kGeminiCli, "api_response",
           {{"model", "m"},
            {"input_token_count", "5"},
            {"cached_content_token_count", "9"},
            {"duration_ms", "-1"}});
  const std::string shown = page();
  EXPECT_THAT(shown, Not(HasSubstr(R"(type="input")")));
  EXPECT_THAT(shown, HasSubstr(R"(type="cache_read"} 9)"));
  EXPECT_THAT(shown, Not(HasSubstr("latency_seconds_count{")));
}

TEST_F(AgentTelemetryTest, CountsGeminisDecisionsWhereThereWasOne) {
  happened(kGeminiCli, "tool_call",
           {{"function_name", "ls"}, {"success", "true"}, {"decision", "auto_accept"}});
  happened(kGeminiCli, "tool_call", {{"function_name", "none"}, {"success", "false"}});
  const std::string shown = page();
  EXPECT_THAT(
      shown,
      HasSubstr(R"(decision="auto_accept",orchestrator_id="o",source="",tool_name="ls"} 1)"));
  EXPECT_THAT(shown, Not(HasSubstr(R"(source="",tool_name="none")")));
}

TEST_F(AgentTelemetryTest, CountsTheRestOfClaudeCodesEvents) {
  happened(kClaudeCode, "compaction", {{"trigger", "auto"}, {"success", "false"}});
  happened(kClaudeCode, "mcp_server_connection", {{"status", "failed"}});
  happened(kClaudeCode, "hook_execution_complete",
           {{"hook_event", "PreToolUse"}, {"total_duration_ms", "20"}});
  happened(kClaudeCode, "internal_error", {{"error_name", "Ktr"}});
  happened(kClaudeCode, "api_refusal", {{"server_fallback_hop", "true"}});
  happened(kClaudeCode, "api_refusal", {{"server_fallback_hop", "false"}});
  happened(kClaudeCode, "user_prompt", {});
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr(R"(status="error",trigger="auto"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(error_type="compaction",orchestrator_id="o"} 1)"));
  EXPECT_THAT(
      shown,
      HasSubstr(R"(connections_total{agent="claude-code",orchestrator_id="o",status="error"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(hook_event="PreToolUse",orchestrator_id="o",le="0.025"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(error_type="internal",orchestrator_id="o"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(error_type="api_refusal",orchestrator_id="o"} 1)"));
  EXPECT_THAT(shown, HasSubstr(R"(prompts_total{agent="claude-code",orchestrator_id="o"} 1)"));
}

TEST_F(AgentTelemetryTest, AddsGrowthOfMetrics) {
  grew(kClaudeCode, "claude_code.token.usage", 12, {{"model", "m[1m]"}, {"type", "cacheRead"}});
  grew(kClaudeCode, "claude_code.session.count", 1, {{"start_type", "fresh"}});
  grew(kClaudeCode, "claude_code.session.count", 1, {{"start_type", "agents_view"}});
  grew(kOpencode, "opencode.lines_of_code.count", 3, {{"type", "added"}});
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr(R"(model="m",orchestrator_id="o",type="cache_read"} 12)"));
  EXPECT_THAT(
      shown,
      HasSubstr(R"(sessions_started_total{orchestrator_id="o",session_type="claude-code"} 1)"));
  EXPECT_THAT(
      shown,
      HasSubstr(R"(lines_of_code_total{agent="opencode",orchestrator_id="o",type="added"} 3)"));
}

TEST_F(AgentTelemetryTest, ReadsTheConventionsForGenerativeAi) {
  agents.grew({"o", "svc"}, metricRows("", "gen_ai.client.token.usage"),
              attributesOf({{"gen_ai.token.type", "output"}, {"gen_ai.request.model", "q"}}),
              {.value = 40, .count = 2});
  agents.grew({"o", "svc"}, metricRows("", "gen_ai.client.operation.duration"),
              attributesOf({{"error.type", "RateLimitError"}}), {.value = 1.5, .count = 3});
  agents.grew({"o", "svc"}, metricRows("", "gen_ai.client.operation.duration"),
              attributesOf({{"gen_ai.operation.name", "execute_tool"}, {"gen_ai.tool.name", "t"}}),
              {.value = 1.5, .count = 2});
  const std::string shown = page();
  EXPECT_THAT(
      shown,
      HasSubstr(R"(tokens_total{agent="svc",model="q",orchestrator_id="o",type="output"} 40)"));
  EXPECT_THAT(shown, HasSubstr(R"(error_type="RateLimitError",orchestrator_id="o"} 3)"));
  EXPECT_THAT(shown, HasSubstr(R"(status="success",tool_name="t"} 2)"));
  // Gemini CLI repeats its own numbers there.
  EXPECT_TRUE(metricRows(kGeminiCli, "gen_ai.client.token.usage").empty());
}

TEST_F(AgentTelemetryTest, CountsSessionsUntilNothingComesOfThem) {
  happened(kClaudeCode, "user_prompt", {{"session.id", "1"}});
  grew(kClaudeCode, "claude_code.cost.usage", 1, {{"session.id", "2"}});
  happened(kCodex, "user_prompt", {{"conversation.id", "3"}});
  EXPECT_THAT(page(), HasSubstr(R"(active{orchestrator_id="o",session_type="claude-code"} 2)"));
  EXPECT_THAT(page(), HasSubstr(R"(active{orchestrator_id="o",session_type="codex"} 1)"));
  seconds += 500;
  happened(kClaudeCode, "user_prompt", {{"session.id", "1"}});
  seconds += 101;
  EXPECT_THAT(page(), HasSubstr(R"(active{orchestrator_id="o",session_type="claude-code"} 1)"));
  EXPECT_THAT(page(), HasSubstr(R"(active{orchestrator_id="o",session_type="codex"} 0)"));
}

TEST_F(AgentTelemetryTest, TakesAnUnchangedNumberForNoActivity) {
  grew(kOpencode, "opencode.token.usage", 0, {{"session.id", "1"}, {"type", "reasoning"}});
  EXPECT_THAT(page(), Not(HasSubstr("active{")));
}

TEST_F(AgentTelemetryTest, ShowsATraceBesideItsLatencyAndWhatItCounts) {
  happened(kClaudeCode, "api_request", {{"model", "m"}, {"duration_ms", "300"}}, "abc");
  happened(kClaudeCode, "tool_decision", {{"tool_name", "Bash"}}, "01");
  happened(kClaudeCode, "tool_decision", {{"tool_name", "Bash"}}, "02");
  const std::string shown =
      expose({.format = Format::kOpenMetrics100}, [this](Sink& out) { registry.collect(out); });
  EXPECT_THAT(shown, HasSubstr(R"(outcome="success",le="0.5"} 1 # {trace_id="abc"} 0.3)"));
  EXPECT_THAT(shown, HasSubstr(R"(tool_name="Bash"} 2 # {trace_id="02"} 1)"));
}

TEST(AgentNames, AreToldByPrefixThenScopeThenService) {
  EXPECT_EQ(agentOf("claude_code.x", "com.opencode", "codex"), kClaudeCode);
  EXPECT_EQ(agentOf("api_request", "com.opencode", "claude-code"), kOpencode);
  EXPECT_EQ(agentOf("api_request", "codex_otel.log_only", "mine"), kCodex);
  EXPECT_EQ(agentOf("api_request", "", "codex_exec"), kCodex);
  EXPECT_EQ(agentOf("api_request", "", "mine"), "");
}

TEST(RecordRepeats, AreFoundInLaterRequestsOnly) {
  std::uint32_t seconds = 1'000;
  RecordRepeats repeats([&] { return seconds; });
  const RecordIdentity plain{0, 7};
  const RecordIdentity numbered{5, 7};
  {
    RecordRepeats::Request first(repeats);
    EXPECT_FALSE(first.isRepeat(plain));
    EXPECT_FALSE(first.isRepeat(plain));
    EXPECT_FALSE(first.isRepeat(numbered));
  }
  RecordRepeats::Request second(repeats);
  EXPECT_TRUE(second.isRepeat(plain));
  EXPECT_TRUE(second.isRepeat(numbered));
  EXPECT_FALSE(second.isRepeat({6, 7}));
  // Bytes may come again after ten minutes; numbers of a session may not.
  seconds += 601;
  EXPECT_FALSE(second.isRepeat(plain));
  EXPECT_TRUE(second.isRepeat(numbered));
}

TEST(RecentHashes, ForgetTheOldestOfMany) {
  RecentHashes hashes(3);
  for (std::uint64_t hash = 1; hash <= 4; ++hash) hashes.add(hash, 0);
  EXPECT_FALSE(hashes.has(1));
  for (std::uint64_t hash = 2; hash <= 4; ++hash) EXPECT_TRUE(hashes.has(hash));
}

}  // namespace
}  // namespace orchestrator_exporter
