#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string_view>

#include "metrics/base/recording_clock.h"
#include "metrics/base/weak_map.h"
#include "metrics/recording/component_families.h"
#include "metrics/recording/metrics_collector_config.h"
#include "metrics/recording/orchestrator_statistics.h"
#include "metrics/recording/pending_updates.h"
#include "metrics/recording/record.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// What records add up in: the families that begin with `orchestrator_`, those of components, within
// the limits of the configuration, and the statistics of each orchestrator. Thread-safe.
class OrchestratorFamilies {
 public:
  // Throws std::invalid_argument if the registry has other families of these names. `clock` must
  // outlive this and all that it makes.
  OrchestratorFamilies(MetricsRegistry& registry, const MetricsCollectorConfig& config,
                       const RecordingClock& clock);

  // What takes the updates of one series: the one that records of this type with these identifiers
  // belong to. The identifiers are as rejectionOf() wants them. Null for those of components if
  // ComponentFamilies has it.
  std::unique_ptr<Pending> makePending(RecordType type, std::span<const std::string_view> texts);

  const StatisticsStore& statistics() const { return statistics_; }

  // For who counts elsewhere and brings sums; these do not reach the statistics. Label values in
  // the order of recordShape().
  const Counters& tokensUsed() const { return tokensUsed_; }
  const Histograms& messageLatency() const { return messageLatency_; }
  const Counters& toolInvocations() const { return toolInvocations_; }
  const Counters& delegations() const { return delegations_; }
  const Counters& errors() const { return errors_; }
  const Counters& sessionsStarted() const { return sessionsStarted_; }
  // The sessions of an orchestrator and a type; whoever holds it may start and end them.
  std::shared_ptr<SessionSeries> sessionSeries(std::span<const std::string_view> texts);
  // Series of all of them.
  std::size_t seriesCount() const;
  // What all of them are registered with.
  const FamilyOptions& options() const { return options_; }

 private:
  const RecordingClock& clock_;
  const bool nativeLatency_;
  StatisticsStore statistics_;

  const FamilyOptions options_;
  const Gauges sessionsActive_;
  const Counters sessionsStarted_;
  const Counters tokensUsed_;
  const Histograms messageLatency_;
  const Counters toolInvocations_;
  const Counters delegations_;
  const Gauges nodeLoad_;
  const Counters errors_;
  const Gauges budgetUtilization_;
  ComponentFamilies components_;

  std::mutex sessionsMutex_;
  WeakMap<const void*, SessionSeries> sessions_;  // by the gauge's series
};

}  // namespace orchestrator_exporter
