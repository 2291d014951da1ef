#include "metrics/agents/event_table.h"

#include <algorithm>

#include "metrics/agents/agent_names.h"

namespace orchestrator_exporter {
namespace {

using enum EventMeaning;

constexpr Condition kCompleted{"event.kind", "response.completed"};

// Sorted by agent and event. A new event is a row here and a test.
constexpr EventRow kRows[] = {
    // Claude Code; documentation of its monitoring, and what 2.1.332 sends.
    {kClaudeCode, "api_error", kFailedRequest},
    {kClaudeCode,
     "api_refusal",
     kError,
     {.when = {"server_fallback_hop", "false"}, .type = "api_refusal"}},
    {kClaudeCode, "api_request", kRequest},
    {kClaudeCode, "api_request", kFirstToken, {.duration = "ttft_ms"}},
    {kClaudeCode, "api_request", kTokens, {.amount = "input_tokens", .type = "input"}},
    {kClaudeCode, "api_request", kTokens, {.amount = "output_tokens", .type = "output"}},
    {kClaudeCode, "api_request", kTokens, {.amount = "cache_read_tokens", .type = "cache_read"}},
    {kClaudeCode,
     "api_request",
     kTokens,
     {.amount = "cache_creation_tokens", .type = "cache_creation"}},
    {kClaudeCode, "api_request", kCost, {.amount = "cost_usd"}},
    {kClaudeCode, "api_retries_exhausted", kError, {.type = "api_retries_exhausted"}},
    {kClaudeCode, "compaction", kCompaction},
    {kClaudeCode, "hook_execution_complete", kHook, {.duration = "total_duration_ms"}},
    {kClaudeCode, "internal_error", kError, {.type = "internal"}},
    {kClaudeCode, "mcp_server_connection", kMcpConnection},
    {kClaudeCode, "tool_decision", kToolDecision},
    {kClaudeCode, "tool_result", kToolResult},
    {kClaudeCode, "tool_result", kDelegation, {.when = {"tool_name", "Agent"}}},
    {kClaudeCode, "tool_result", kDelegation, {.when = {"tool_name", "Task"}}},
    {kClaudeCode, "user_prompt", kPrompt},

    // Codex CLI 0.171. Over HTTP a second response.completed comes without counts.
    {kCodex,
     "api_request",
     kAttempt,
     {.status = "http.response.status_code", .errorText = "error.message"}},
    {kCodex, "conversation_starts", kSession},
    {kCodex,
     "sse_event",
     kTokens,
     {.when = kCompleted,
      .amount = "input_token_count",
      .less = {"cached_token_count", "cache_write_token_count"},
      .type = "input"}},
    {kCodex,
     "sse_event",
     kTokens,
     {.when = kCompleted, .amount = "cached_token_count", .type = "cache_read"}},
    {kCodex,
     "sse_event",
     kTokens,
     {.when = kCompleted, .amount = "cache_write_token_count", .type = "cache_creation"}},
    {kCodex,
     "sse_event",
     kTokens,
     {.when = kCompleted,
      .amount = "output_token_count",
      .less = {"reasoning_token_count"},
      .type = "output"}},
    {kCodex,
     "sse_event",
     kTokens,
     {.when = kCompleted, .amount = "reasoning_token_count", .type = "reasoning"}},
    {kCodex,
     "sse_event",
     kFailedRequest,
     {.when = {"error.message", {}}, .duration = {}, .status = {}, .attempt = {}}},
    {kCodex, "tool_decision", kToolDecision},
    {kCodex,
     "tool_result",
     kToolResult,
     {.error = {}, .errorText = {}, .inputBytes = {}, .resultBytes = {}}},
    {kCodex, "turn_ttft", kFirstToken},
    {kCodex, "user_prompt", kPrompt},

    // Gemini CLI 0.61.
    {kGeminiCli,
     "agent.finish",
     kDelegation,
     {.success = "terminate_reason", .successValue = "GOAL", .to = "agent_name"}},
    {kGeminiCli, "api_error", kFailedRequest, {.attempt = {}, .error = "error.type"}},
    {kGeminiCli, "api_response", kRequest},
    {kGeminiCli,
     "api_response",
     kTokens,
     {.amount = "input_token_count", .less = {"cached_content_token_count"}, .type = "input"}},
    {kGeminiCli, "api_response", kTokens, {.amount = "output_token_count", .type = "output"}},
    {kGeminiCli,
     "api_response",
     kTokens,
     {.amount = "cached_content_token_count", .type = "cache_read"}},
    {kGeminiCli, "api_response", kTokens, {.amount = "thoughts_token_count", .type = "reasoning"}},
    {kGeminiCli, "api_response", kTokens, {.amount = "tool_token_count", .type = "tool_use"}},
    {kGeminiCli, "chat.content_retry", kRetry},
    {kGeminiCli, "chat_compression", kCompaction, {.success = {}}},
    {kGeminiCli, "network_retry_attempt", kRetry},
    {kGeminiCli, "tool_call", kToolResult, {.tool = "function_name"}},
    {kGeminiCli,
     "tool_call",
     kToolDecision,
     {.when = {"decision", {}}, .tool = "function_name", .source = {}}},
    {kGeminiCli, "user_prompt", kPrompt},

    // opencode 1.18 with its OpenTelemetry plugin.
    {kOpencode, "api_error", kFailedRequest, {.withoutStatus = "api_error", .attempt = {}}},
    {kOpencode, "api_request", kRequest},
    {kOpencode, "api_request", kTokens, {.amount = "input_tokens", .type = "input"}},
    {kOpencode, "api_request", kTokens, {.amount = "output_tokens", .type = "output"}},
    {kOpencode, "api_request", kTokens, {.amount = "cache_read_tokens", .type = "cache_read"}},
    {kOpencode,
     "api_request",
     kTokens,
     {.amount = "cache_creation_tokens", .type = "cache_creation"}},
    {kOpencode, "api_request", kCost, {.amount = "cost_usd"}},
    {kOpencode, "tool_decision", kToolDecision},
    {kOpencode, "tool_result", kToolResult},
    {kOpencode, "tool_result", kDelegation, {.when = {"tool_name", "task"}}},
    {kOpencode, "user_prompt", kPrompt},
};

struct ByEvent {
  using Name = std::pair<std::string_view, std::string_view>;
  static constexpr Name nameOf(const EventRow& row) { return {row.agent, row.event}; }
  bool operator()(const EventRow& row, const Name& name) const { return nameOf(row) < name; }
  bool operator()(const Name& name, const EventRow& row) const { return name < nameOf(row); }
};

static_assert(std::is_sorted(std::begin(kRows), std::end(kRows),
                             [](const EventRow& a, const EventRow& b) {
                               return ByEvent::nameOf(a) < ByEvent::nameOf(b);
                             }));

}  // namespace

std::span<const EventRow> eventRows(std::string_view agent, std::string_view event) {
  const auto [begin, end] =
      std::equal_range(std::begin(kRows), std::end(kRows), ByEvent::Name(agent, event), ByEvent());
  return {begin, end};
}

// Codex and Gemini CLI tell their tokens by events alone.
bool isTold(const EventRow& row, TokenSource source) {
  if (row.meaning != EventMeaning::kTokens && row.meaning != EventMeaning::kCost) return true;
  const bool byMetrics = row.agent == kClaudeCode || row.agent == kOpencode;
  return !byMetrics || source == TokenSource::kLogs;
}

}  // namespace orchestrator_exporter
