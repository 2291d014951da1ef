#pragma once

#include <string_view>

namespace orchestrator_exporter {

inline constexpr std::string_view kClaudeCode = "claude-code";
inline constexpr std::string_view kGeminiCli = "gemini-cli";
inline constexpr std::string_view kCodex = "codex";
inline constexpr std::string_view kOpencode = "opencode";

// The agent that begins its names as this one begins, claude_code.token.usage; empty for others.
std::string_view agentByPrefix(std::string_view name);

// A name without the beginning that all names of an agent have.
std::string_view withoutAgentPrefix(std::string_view name);

// The agent by the prefix of a name, then by the scope, then by the name of the service, which
// users change; empty for one that is not known.
std::string_view agentOf(std::string_view name, std::string_view scope, std::string_view service);

}  // namespace orchestrator_exporter
