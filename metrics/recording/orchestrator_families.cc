#include "metrics/recording/orchestrator_families.h"

#include <utility>
#include <vector>

namespace orchestrator_exporter {

namespace {

const std::vector<double>& latencyBounds() {
  static const std::vector<double> bounds = {0.1, 0.5, 1, 2, 5, 10};
  return bounds;
}

// A session that lasts longer than series do is still active.
FamilyOptions whileActive(FamilyOptions options) {
  options.expireAtZeroOnly = options.expireAfter.count() != 0;
  return options;
}

}  // namespace

OrchestratorFamilies::OrchestratorFamilies(MetricsRegistry& registry,
                                           const MetricsCollectorConfig& config,
                                           const RecordingClock& clock)
    : clock_(clock),
      nativeLatency_(config.nativeLatencyBuckets),
      statistics_(config.statisticsRetention, static_cast<std::size_t>(config.maxOrchestrators)),
      options_{.expireAfter = config.expireAfter,
               .maxSeries = static_cast<std::size_t>(config.maxSeriesPerFamily)},
      sessionsActive_(registry.gauge("orchestrator_sessions_active", "Sessions now active.",
                                     {"orchestrator_id", "session_type"}, whileActive(options_))),
      sessionsStarted_(registry.counter("orchestrator_sessions_started_total",
                                        "Sessions ever started.",
                                        {"orchestrator_id", "session_type"}, options_)),
      tokensUsed_(registry.counter("orchestrator_tokens_used_total", "Tokens consumed.",
                                   {"orchestrator_id", "model"}, options_)),
      messageLatency_(registry.histogram(
          "orchestrator_message_latency_seconds", "Time to process one message.",
          {.bounds = latencyBounds(), .exemplars = true, .native = nativeLatency_},
          {"orchestrator_id"}, withUnit(options_, "seconds"))),
      toolInvocations_(registry.counter("orchestrator_tool_invocations_total",
                                        "Calls of tools, by how they ended.",
                                        {"orchestrator_id", "tool_name", "status"}, options_)),
      delegations_(registry.counter("orchestrator_federation_delegations_total",
                                    "Tasks handed from one orchestrator to another.",
                                    {"from_orchestrator", "to_orchestrator", "status"}, options_)),
      nodeLoad_(registry.gauge("orchestrator_node_load", "Load of a node, 0 to 1.", {"node_id"},
                               options_)),
      errors_(registry.counter("orchestrator_errors_total", "Errors by type.",
                               {"orchestrator_id", "error_type"}, options_)),
      budgetUtilization_(registry.gauge(
          "orchestrator_budget_utilization_percent", "Budget used, 0 to 100 and above.",
          {"orchestrator_id", "period"}, withUnit(options_, "percent"))),
      components_(registry, options_) {}

std::size_t OrchestratorFamilies::seriesCount() const {
  return sessionsActive_.size() + sessionsStarted_.size() + tokensUsed_.size() +
         messageLatency_.size() + toolInvocations_.size() + delegations_.size() + nodeLoad_.size() +
         errors_.size() + budgetUtilization_.size() + components_.seriesCount();
}

std::unique_ptr<Pending> OrchestratorFamilies::makePending(
    RecordType type, std::span<const std::string_view> texts) {
  if (ComponentFamilies::has(type)) return components_.makePending(type, texts);
  const StatisticsLink link(statistics_, texts[0]);
  switch (type) {
    case RecordType::kSessionStart:
    case RecordType::kSessionEnd:
      return std::make_unique<PendingSessions>(sessionSeries(texts), link);
    case RecordType::kTokenUsage:
      return std::make_unique<PendingCount>(
          tokensUsed_.with(texts), [](Tally& tally, double tokens) { tally.tokens = tokens; },
          std::vector{link});
    case RecordType::kMessageLatency:
      return std::make_unique<PendingLatency>(messageLatency_.with(texts), latencyBounds(),
                                              nativeLatency_, clock_, link);
    case RecordType::kToolInvocation: {
      const bool success = texts[2] == "success";
      return std::make_unique<PendingCount>(
          toolInvocations_.with(texts),
          success ? [](Tally& tally,
                       double calls) { tally.toolSuccesses = static_cast<std::uint32_t>(calls); }
                  : [](Tally& tally,
                       double calls) { tally.toolFailures = static_cast<std::uint32_t>(calls); },
          std::vector{link});
    }
    case RecordType::kDelegation: {
      std::vector<StatisticsLink> links = {link};
      if (texts[1] != texts[0]) links.emplace_back(statistics_, texts[1]);
      return std::make_unique<PendingCount>(
          delegations_.with(texts),
          [](Tally& tally, double count) { tally.delegations = static_cast<std::uint32_t>(count); },
          std::move(links));
    }
    case RecordType::kError:
      return std::make_unique<PendingCount>(
          errors_.with(texts),
          [](Tally& tally, double count) { tally.errors = static_cast<std::uint32_t>(count); },
          std::vector{link});
    case RecordType::kNodeLoad:
      return std::make_unique<DirectGauge>(nodeLoad_.with(texts));
    case RecordType::kBudgetUtilization:
      return std::make_unique<DirectGauge>(budgetUtilization_.with(texts));
    default:
      return nullptr;
  }
}

// By the gauge's series, not by the labels: those that share the overflow series share this too.
std::shared_ptr<SessionSeries> OrchestratorFamilies::sessionSeries(
    std::span<const std::string_view> texts) {
  const Gauge gauge = sessionsActive_.with(texts);
  const std::lock_guard lock(sessionsMutex_);
  return sessions_.find(gauge.identity(), [&] {
    return std::make_shared<SessionSeries>(sessionsStarted_.with(texts), gauge);
  });
}

}  // namespace orchestrator_exporter
