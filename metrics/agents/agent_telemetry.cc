#include "metrics/agents/agent_telemetry.h"

#include <string>
#include <utility>

#include "metrics/base/coarse_clock.h"

namespace orchestrator_exporter {
namespace {

AgentTelemetry::Config withClock(AgentTelemetry::Config config) {
  if (!config.seconds) config.seconds = coarseSeconds;
  return config;
}

}  // namespace

AgentTelemetry::AgentTelemetry(MetricsRegistry& registry, OrchestratorFamilies& all, Config config)
    : config_(withClock(std::move(config))),
      families_(registry, all),
      sessions_(std::make_shared<SessionActivity>(all, config_.sessionIdle, config_.seconds)),
      repeats_(config_.seconds),
      beforeCollection_(registry.beforeCollection([sessions = sessions_] { sessions->update(); })) {
}

void AgentTelemetry::noteSession(const AgentOrigin& origin, std::span<const Attribute> attributes) {
  std::string session = attributeText(attributes, "session.id");
  if (session.empty()) session = attributeText(attributes, "conversation.id");
  if (!session.empty()) sessions_->note(origin.orchestrator, origin.agent, session);
}

void AgentTelemetry::grew(const AgentOrigin& origin, std::span<const MetricRow> rows,
                          std::span<const Attribute> attributes, const Taken& growth) {
  // Cumulative senders repeat the numbers of sessions that are long over.
  if (growth.value == 0 && growth.count == 0) return;
  noteSession(origin, attributes);
  for (const MetricRow& row : rows) {
    if (isTold(row, config_.tokens)) applyGrowth(families_, origin, row, attributes, growth);
  }
}

void AgentTelemetry::happened(const AgentOrigin& origin, std::span<const EventRow> rows,
                              const AgentRecord& record) {
  noteSession(origin, record.attributes);
  for (const EventRow& row : rows) {
    if (isTold(row, config_.tokens)) applyEvent(families_, origin, row, record);
  }
}

}  // namespace orchestrator_exporter
