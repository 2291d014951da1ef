#include "metrics/recording/metrics_collector.h"

#include "metrics/base/errors.h"
#include "metrics/recording/bound_series_shared.h"
#include "metrics/recording/collector_recording.h"

namespace orchestrator_exporter {

MetricsCollector::MetricsCollector(MetricsRegistry& registry, const MetricsCollectorConfig& config)
    : core_(std::make_shared<CollectorCore>(registry, config)),
      beforeCollection_(registry.beforeCollection([core = core_] { core->flush(); })) {
  if (!config.enableBatching) return;
  regularFlush_.emplace(config.batchFlushInterval, [core = core_] { core->flush(); });
}

MetricsCollector::~MetricsCollector() { close(); }

void MetricsCollector::recordSessionStart(std::string_view orchestrator,
                                          std::string_view sessionType) noexcept {
  core_->record<RecordType::kSessionStart>(0, {}, orchestrator, sessionType);
}

void MetricsCollector::recordSessionEnd(std::string_view orchestrator,
                                        std::string_view sessionType) noexcept {
  core_->record<RecordType::kSessionEnd>(0, {}, orchestrator, sessionType);
}

void MetricsCollector::recordTokenUsage(std::string_view orchestrator, std::string_view model,
                                        double tokens) noexcept {
  core_->record<RecordType::kTokenUsage>(tokens, {}, orchestrator, model);
}

void MetricsCollector::recordLatency(std::string_view orchestrator, double latencyMilliseconds,
                                     std::string_view traceId) noexcept {
  core_->record<RecordType::kMessageLatency>(latencyMilliseconds, traceId, orchestrator);
}

void MetricsCollector::recordToolInvocation(std::string_view orchestrator, std::string_view tool,
                                            std::string_view status) noexcept {
  core_->record<RecordType::kToolInvocation>(0, {}, orchestrator, tool, status);
}

void MetricsCollector::recordDelegation(std::string_view from, std::string_view to,
                                        std::string_view status) noexcept {
  core_->record<RecordType::kDelegation>(0, {}, from, to, status);
}

void MetricsCollector::recordError(std::string_view orchestrator,
                                   std::string_view errorType) noexcept {
  core_->record<RecordType::kError>(0, {}, orchestrator, errorType);
}

void MetricsCollector::updateNodeLoad(std::string_view node, double load) noexcept {
  core_->record<RecordType::kNodeLoad>(load, {}, node);
}

void MetricsCollector::updateBudgetUtilization(std::string_view orchestrator,
                                               std::string_view period, double percent) noexcept {
  core_->record<RecordType::kBudgetUtilization>(percent, {}, orchestrator, period);
}

template <typename Bound>
Bound MetricsCollector::bind(RecordType type, std::span<const std::string_view> texts) {
  return Bound(std::make_shared<BoundSeries::Shared>(core_, type, texts));
}

BoundSessions MetricsCollector::sessions(std::string_view orchestrator,
                                         std::string_view sessionType) {
  return bind<BoundSessions>(RecordType::kSessionStart, std::array{orchestrator, sessionType});
}

BoundTokens MetricsCollector::tokenUsage(std::string_view orchestrator, std::string_view model) {
  return bind<BoundTokens>(RecordType::kTokenUsage, std::array{orchestrator, model});
}

BoundLatency MetricsCollector::messageLatency(std::string_view orchestrator) {
  return bind<BoundLatency>(RecordType::kMessageLatency, std::array{orchestrator});
}

BoundToolInvocations MetricsCollector::toolInvocations(std::string_view orchestrator,
                                                       std::string_view tool,
                                                       std::string_view status) {
  return bind<BoundToolInvocations>(RecordType::kToolInvocation,
                                    std::array{orchestrator, tool, status});
}

BoundDelegations MetricsCollector::delegations(std::string_view from, std::string_view to,
                                               std::string_view status) {
  return bind<BoundDelegations>(RecordType::kDelegation, std::array{from, to, status});
}

BoundErrors MetricsCollector::errors(std::string_view orchestrator, std::string_view errorType) {
  return bind<BoundErrors>(RecordType::kError, std::array{orchestrator, errorType});
}

bool MetricsCollector::apply(std::span<const Record> records) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (const auto fault = findFault(records[i])) {
      throw ParseError("records[" + std::to_string(i) + "]." + *fault);
    }
  }
  const bool open = !core_->isClosed();
  for (const Record& record : records) core_->recordAny(record);
  return open;
}

Timer MetricsCollector::startTimer() const { return Timer(core_->steadyClock()); }

MetricsCollector::Measured::~Measured() {
  if (std::uncaught_exceptions() > exceptions_) {
    collector_.recordError(orchestrator_, "function_execution_error");
  } else {
    collector_.recordMessageLatency(orchestrator_, timer_.stop());
  }
}

AggregatedStats MetricsCollector::aggregatedStats(std::string_view orchestrator) const {
  const TimePoint now = core_->now();
  return aggregatedStats(orchestrator, now - std::chrono::hours(1), now);
}

AggregatedStats MetricsCollector::aggregatedStats(std::string_view orchestrator, TimePoint start,
                                                  TimePoint end) const {
  return core_->aggregate(orchestrator, start, end);
}

std::vector<AggregatedStats> MetricsCollector::windows(std::string_view orchestrator,
                                                       TimePoint start, TimePoint end,
                                                       std::chrono::minutes step) const {
  return core_->windows(orchestrator, start, end, step);
}

void MetricsCollector::flush() { core_->flush(); }

void MetricsCollector::close() {
  const std::lock_guard lock(closeMutex_);
  core_->close();
  if (regularFlush_) regularFlush_->stop();
}

}  // namespace orchestrator_exporter
