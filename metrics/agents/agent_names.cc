#include "metrics/agents/agent_names.h"

#include <array>

namespace orchestrator_exporter {
namespace {

struct Agent {
  std::string_view name;
  std::string_view prefix;   // of metrics and events
  std::string_view scope;    // how scopes begin
  std::string_view service;  // how service.name begins
};

constexpr std::array<Agent, 4> kAgents = {{
    {kClaudeCode, "claude_code.", "com.anthropic.claude_code", "claude-code"},
    {kGeminiCli, "gemini_cli.", "gemini-cli", "gemini-cli"},
    {kCodex, "codex.", "codex", "codex"},
    {kOpencode, "opencode.", "com.opencode", "opencode"},
}};

}  // namespace

std::string_view agentByPrefix(std::string_view name) {
  for (const Agent& agent : kAgents) {
    if (name.starts_with(agent.prefix)) return agent.name;
  }
  return {};
}

std::string_view withoutAgentPrefix(std::string_view name) {
  for (const Agent& agent : kAgents) {
    if (name.starts_with(agent.prefix)) return name.substr(agent.prefix.size());
  }
  return name;
}

std::string_view agentOf(std::string_view name, std::string_view scope, std::string_view service) {
  if (const auto agent = agentByPrefix(name); !agent.empty()) return agent;
  for (const Agent& agent : kAgents) {
    if (scope.starts_with(agent.scope)) return agent.name;
  }
  for (const Agent& agent : kAgents) {
    if (service.starts_with(agent.service)) return agent.name;
  }
  return {};
}

}  // namespace orchestrator_exporter
