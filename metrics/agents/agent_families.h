#pragma once

#include "metrics/recording/orchestrator_families.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// What agents' events and metrics add up in: the families orchestrator_agent_*, each with the
// labels orchestrator_id and agent and those named here, and the families of all orchestrators.
struct AgentFamilies {
  // Throws std::invalid_argument if the registry has other families of these names. `all` must
  // outlive it.
  AgentFamilies(MetricsRegistry& registry, OrchestratorFamilies& all);

  OrchestratorFamilies& all;
  const Counters tokens;              // model, type
  const Counters cost;                // model
  const Histograms requestDuration;   // model, outcome
  const Histograms timeToFirstToken;  // model
  const Histograms toolDuration;      // tool_name, status
  const Counters toolDecisions;       // tool_name, decision, source
  const Counters toolBytes;           // tool_name, direction
  const Counters linesOfCode;         // type
  const Counters commits;
  const Counters pullRequests;
  const Counters prompts;
  const Counters activeTime;      // type
  const Counters retries;         // model
  const Counters compactions;     // trigger, status
  const Counters mcpConnections;  // status
  const Histograms hookDuration;  // hook_event
};

}  // namespace orchestrator_exporter
