#pragma once

#include <span>
#include <string>
#include <string_view>

#include "metrics/agents/agent_families.h"
#include "metrics/agents/event_table.h"
#include "metrics/agents/metric_table.h"
#include "metrics/pushed/attribute.h"
#include "metrics/pushed/point.h"

namespace orchestrator_exporter {

// Who did something.
struct AgentOrigin {
  std::string_view orchestrator;
  std::string_view agent;
};

// An event, or a point of a metric, as an agent sent it.
struct AgentRecord {
  std::span<const Attribute> attributes = {};
  std::string_view traceId = {};  // in hexadecimal, or empty
  std::string_view spanId = {};
  double unixSeconds = 0;  // when it happened; 0: unknown
};

// Brings one thing that an event means into the families. Numbers that are missing or make no sense
// are left out.
void applyEvent(const AgentFamilies& families, const AgentOrigin& origin, const EventRow& row,
                const AgentRecord& record);

// Brings what a point has added to its stream into the families.
void applyGrowth(const AgentFamilies& families, const AgentOrigin& origin, const MetricRow& row,
                 std::span<const Attribute> attributes, const Taken& growth);

}  // namespace orchestrator_exporter
