#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "metrics/agents/agent_families.h"
#include "metrics/agents/event_effects.h"
#include "metrics/agents/event_table.h"
#include "metrics/agents/metric_table.h"
#include "metrics/agents/record_repeats.h"
#include "metrics/agents/session_activity.h"

namespace orchestrator_exporter {

// What coding agents tell of themselves, in the families of orchestrators: tokens, cost, requests,
// tools, sessions. What an event or metric means is in event_table.cc and metric_table.cc.
// Thread-safe.
class AgentTelemetry {
 public:
  struct Config {
    TokenSource tokens = TokenSource::kMetrics;
    std::uint32_t sessionIdle = 600;              // seconds
    std::function<std::uint32_t()> seconds = {};  // a coarse monotonic clock; the system's if empty
  };

  // Both must outlive it. Throws std::invalid_argument if the registry has other families of these
  // names.
  AgentTelemetry(MetricsRegistry& registry, OrchestratorFamilies& all, Config config);

  // A point of a metric has added something; `rows` of metric_table.h.
  void grew(const AgentOrigin& origin, std::span<const MetricRow> rows,
            std::span<const Attribute> attributes, const Taken& growth);
  // An event that is no repeat; `rows` of event_table.h, none for one that means nothing.
  void happened(const AgentOrigin& origin, std::span<const EventRow> rows,
                const AgentRecord& record);

  RecordRepeats& repeats() { return repeats_; }

 private:
  void noteSession(const AgentOrigin& origin, std::span<const Attribute> attributes);

  const Config config_;
  const AgentFamilies families_;
  const std::shared_ptr<SessionActivity> sessions_;
  RecordRepeats repeats_;
  const std::shared_ptr<void> beforeCollection_;
};

}  // namespace orchestrator_exporter
