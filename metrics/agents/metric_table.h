#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "metrics/agents/event_table.h"

namespace orchestrator_exporter {

// What the growth of a metric of an agent means.
enum class MetricMeaning : std::uint8_t {
  kTokens,
  kCost,
  kSession,
  kLines,
  kCommits,
  kPullRequests,
  kActiveTime,
  kRetries,
  kErrors,       // its count, by `type`
  kToolResults,  // its count, by `tool`
};

struct MetricFields {
  Condition when = {};
  Condition unless = {};
  std::string_view type = "type";
  std::string_view model = "model";
  std::string_view otherModel = {};  // if there is none under `model`
  std::string_view tool = {};
};

struct MetricRow {
  std::string_view agent;   // empty: any other than those of agent_names.h, told by its service
  std::string_view metric;  // without the agent's prefix
  MetricMeaning meaning;
  MetricFields fields = {};
};

// The rows of a metric, one after the other; `name` as it was sent.
std::span<const MetricRow> metricRows(std::string_view agent, std::string_view name);

bool isTold(const MetricRow& row, TokenSource source);

// The type of tokens as orchestrator_agent_tokens_total has it: cacheRead is cache_read. Empty for
// one that is not known.
std::string_view tokenType(std::string_view sent);

}  // namespace orchestrator_exporter
