#include "metrics/recording/bound_series.h"

#include "metrics/recording/bound_series_shared.h"

namespace orchestrator_exporter {

void BoundTokens::add(double tokens) const noexcept {
  shared().record<RecordType::kTokenUsage>(tokens);
}

void BoundLatency::observeMilliseconds(double latency, std::string_view traceId) const noexcept {
  shared().record<RecordType::kMessageLatency>(latency, traceId);
}

void BoundSessions::start() const noexcept { shared().record<RecordType::kSessionStart>(0); }
void BoundSessions::end() const noexcept { shared().record<RecordType::kSessionEnd>(0); }

void BoundToolInvocations::add() const noexcept { shared().record<RecordType::kToolInvocation>(0); }

void BoundDelegations::add() const noexcept { shared().record<RecordType::kDelegation>(0); }

void BoundErrors::add() const noexcept { shared().record<RecordType::kError>(0); }

}  // namespace orchestrator_exporter
