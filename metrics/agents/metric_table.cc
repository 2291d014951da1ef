#include "metrics/agents/metric_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "metrics/agents/agent_names.h"

namespace orchestrator_exporter {
namespace {

using enum MetricMeaning;

// Sorted by agent and metric. The first are of the conventions for generative AI, which many SDKs
// follow; Gemini CLI sends them too, but only to repeat its own numbers.
constexpr MetricRow kRows[] = {
    {"",
     "gen_ai.client.operation.duration",
     kErrors,
     {.when = {"error.type", {}}, .type = "error.type"}},
    {"",
     "gen_ai.client.operation.duration",
     kToolResults,
     {.when = {"gen_ai.operation.name", "execute_tool"},
      .type = "error.type",
      .tool = "gen_ai.tool.name"}},
    {"",
     "gen_ai.client.token.cost",
     kCost,
     {.model = "gen_ai.response.model", .otherModel = "gen_ai.request.model"}},
    {"",
     "gen_ai.client.token.usage",
     kTokens,
     {.type = "gen_ai.token.type",
      .model = "gen_ai.response.model",
      .otherModel = "gen_ai.request.model"}},
    {"",
     "gen_ai.usage.cost",
     kCost,
     {.model = "gen_ai.response.model", .otherModel = "gen_ai.request.model"}},

    {kClaudeCode, "active_time.total", kActiveTime},
    {kClaudeCode, "commit.count", kCommits},
    {kClaudeCode, "cost.usage", kCost},
    {kClaudeCode, "lines_of_code.count", kLines},
    {kClaudeCode, "pull_request.count", kPullRequests},
    {kClaudeCode, "session.count", kSession, {.unless = {"start_type", "agents_view"}}},
    {kClaudeCode, "token.usage", kTokens},

    {kGeminiCli, "lines.changed", kLines},
    {kGeminiCli, "session.count", kSession},

    {kOpencode, "commit.count", kCommits},
    {kOpencode, "cost.usage", kCost},
    {kOpencode, "lines_of_code.count", kLines},
    {kOpencode, "retry.count", kRetries, {.model = {}}},
    {kOpencode, "session.count", kSession},
    {kOpencode, "token.usage", kTokens},
};

struct ByMetric {
  using Name = std::pair<std::string_view, std::string_view>;
  static constexpr Name nameOf(const MetricRow& row) { return {row.agent, row.metric}; }
  bool operator()(const MetricRow& row, const Name& name) const { return nameOf(row) < name; }
  bool operator()(const Name& name, const MetricRow& row) const { return name < nameOf(row); }
};

static_assert(std::is_sorted(std::begin(kRows), std::end(kRows),
                             [](const MetricRow& a, const MetricRow& b) {
                               return ByMetric::nameOf(a) < ByMetric::nameOf(b);
                             }));

std::span<const MetricRow> find(std::string_view agent, std::string_view metric) {
  const auto [begin, end] = std::equal_range(std::begin(kRows), std::end(kRows),
                                             ByMetric::Name(agent, metric), ByMetric());
  return {begin, end};
}

}  // namespace

std::span<const MetricRow> metricRows(std::string_view agent, std::string_view name) {
  if (!agentByPrefix(name).empty()) return find(agent, withoutAgentPrefix(name));
  return agent == kGeminiCli ? std::span<const MetricRow>() : find({}, name);
}

bool isTold(const MetricRow& row, TokenSource source) {
  if (source == TokenSource::kMetrics || row.agent.empty()) return true;
  return row.meaning != kTokens && row.meaning != kCost;
}

std::string_view tokenType(std::string_view sent) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes = {{
      {"input", "input"},
      {"output", "output"},
      {"cacheRead", "cache_read"},
      {"cacheCreation", "cache_creation"},
      {"cache_read", "cache_read"},
      {"cache_creation", "cache_creation"},
      {"reasoning", "reasoning"},
      {"tool_use", "tool_use"},
  }};
  for (const auto& [type, shown] : kTypes) {
    if (type == sent) return shown;
  }
  return {};
}

}  // namespace orchestrator_exporter
