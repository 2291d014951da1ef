#include "metrics/agents/agent_families.h"

#include <string>
#include <utility>
#include <vector>

namespace orchestrator_exporter {
namespace {

std::vector<std::string> labels(std::vector<std::string> more) {
  more.insert(more.begin(), {"orchestrator_id", "agent"});
  return more;
}

HistogramSettings bounds(std::vector<double> bounds) {
  return {.bounds = std::move(bounds), .exemplars = true};
}

HistogramSettings requestBounds() {
  return bounds({.1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600});
}
HistogramSettings firstTokenBounds() {
  return bounds({.05, .1, .25, .5, 1, 2, 3, 5, 10, 20, 30, 60});
}
HistogramSettings toolBounds() {
  return bounds({.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 600});
}

FamilyOptions inSeconds(const OrchestratorFamilies& all) {
  return withUnit(all.options(), "seconds");
}

}  // namespace

AgentFamilies::AgentFamilies(MetricsRegistry& registry, OrchestratorFamilies& theirs)
    : all(theirs),
      tokens(registry.counter("orchestrator_agent_tokens_total", "Tokens that agents used.",
                              labels({"model", "type"}), all.options())),
      cost(registry.counter("orchestrator_agent_cost_usd_total",
                            "What agents say their model requests cost, in US dollars.",
                            labels({"model"}), all.options())),
      requestDuration(registry.histogram("orchestrator_agent_request_duration_seconds",
                                         "Time of agents' model requests.", requestBounds(),
                                         labels({"model", "outcome"}), inSeconds(all))),
      timeToFirstToken(registry.histogram("orchestrator_agent_time_to_first_token_seconds",
                                          "Time until the first token of an answer.",
                                          firstTokenBounds(), labels({"model"}), inSeconds(all))),
      toolDuration(registry.histogram("orchestrator_agent_tool_duration_seconds",
                                      "Time of agents' tool calls.", toolBounds(),
                                      labels({"tool_name", "status"}), inSeconds(all))),
      toolDecisions(registry.counter("orchestrator_agent_tool_decisions_total",
                                     "Decisions whether a tool may run, by who decided.",
                                     labels({"tool_name", "decision", "source"}), all.options())),
      toolBytes(registry.counter("orchestrator_agent_tool_bytes_total",
                                 "Bytes handed to tools and back.",
                                 labels({"tool_name", "direction"}), all.options())),
      linesOfCode(registry.counter("orchestrator_agent_lines_of_code_total",
                                   "Lines of code that agents added and removed.", labels({"type"}),
                                   all.options())),
      commits(registry.counter("orchestrator_agent_commits_total", "Commits that agents made.",
                               labels({}), all.options())),
      pullRequests(registry.counter("orchestrator_agent_pull_requests_total",
                                    "Pull requests that agents opened.", labels({}),
                                    all.options())),
      prompts(registry.counter("orchestrator_agent_prompts_total", "Prompts given to agents.",
                               labels({}), all.options())),
      activeTime(registry.counter("orchestrator_agent_active_time_seconds_total",
                                  "Time in which agents or their users were at work.",
                                  labels({"type"}), inSeconds(all))),
      retries(registry.counter("orchestrator_agent_retries_total",
                               "Attempts of model requests beyond the first.", labels({"model"}),
                               all.options())),
      compactions(registry.counter("orchestrator_agent_compactions_total",
                                   "Contexts that were made smaller.",
                                   labels({"trigger", "status"}), all.options())),
      mcpConnections(registry.counter("orchestrator_agent_mcp_connections_total",
                                      "Connections to tool servers that changed.",
                                      labels({"status"}), all.options())),
      hookDuration(registry.histogram("orchestrator_agent_hook_duration_seconds",
                                      "Time of agents' hooks.", toolBounds(),
                                      labels({"hook_event"}), inSeconds(all))) {}

}  // namespace orchestrator_exporter
