#include "metrics/recording/metrics_collector.h"

#include "metrics/base/errors.h"
#include "metrics/recording/recorder.h"

namespace orchestrator_exporter {

MetricsCollector::MetricsCollector(MetricsRegistry& registry, const MetricsCollectorConfig& config)
    : recorder_(std::make_shared<Recorder>(registry, config)),
      beforeCollection_(registry.beforeCollection([recorder = recorder_] { recorder->flush(); })) {}

MetricsCollector::~MetricsCollector() { close(); }

void MetricsCollector::recordSessionStart(std::string_view orchestrator,
                                          std::string_view sessionType) noexcept {
  recorder_->record<RecordType::kSessionStart>(0, {}, orchestrator, sessionType);
}

void MetricsCollector::recordSessionEnd(std::string_view orchestrator,
                                        std::string_view sessionType) noexcept {
  recorder_->record<RecordType::kSessionEnd>(0, {}, orchestrator, sessionType);
}

void MetricsCollector::recordTokenUsage(std::string_view orchestrator, std::string_view model,
                                        double tokens) noexcept {
  recorder_->record<RecordType::kTokenUsage>(tokens, {}, orchestrator, model);
}

void MetricsCollector::recordLatency(std::string_view orchestrator, double latencyMilliseconds,
                                     std::string_view traceId) noexcept {
  recorder_->record<RecordType::kMessageLatency>(latencyMilliseconds, traceId, orchestrator);
}

void MetricsCollector::recordToolInvocation(std::string_view orchestrator, std::string_view tool,
                                            std::string_view status) noexcept {
  recorder_->record<RecordType::kToolInvocation>(0, {}, orchestrator, tool, status);
}

void MetricsCollector::recordDelegation(std::string_view from, std::string_view to,
                                        std::string_view status) noexcept {
  recorder_->record<RecordType::kDelegation>(0, {}, from, to, status);
}

void MetricsCollector::recordError(std::string_view orchestrator,
                                   std::string_view errorType) noexcept {
  recorder_->record<RecordType::kError>(0, {}, orchestrator, errorType);
}

void MetricsCollector::updateNodeLoad(std::string_view node, double load) noexcept {
  recorder_->record<RecordType::kNodeLoad>(load, {}, node);
}

void MetricsCollector::updateBudgetUtilization(std::string_view orchestrator,
                                               std::string_view period, double percent) noexcept {
  recorder_->record<RecordType::kBudgetUtilization>(percent, {}, orchestrator, period);
}

void MetricsCollector::recordCustomMetric(std::string_view name, double value,
                                          std::string_view unit) noexcept {
  recorder_->record<RecordType::kCustomMetric>(value, {}, name, unit);
}

void MetricsCollector::recordMemoryUsage(std::string_view component, double bytes) noexcept {
  recorder_->record<RecordType::kMemoryUsage>(bytes, {}, component);
}

void MetricsCollector::recordQuery(std::string_view operation, double milliseconds,
                                   double rows) noexcept {
  recorder_->record<RecordType::kQueryPerformance>({milliseconds, rows}, {}, operation);
}

void MetricsCollector::recordTrace(double milliseconds, double events) noexcept {
  recorder_->record<RecordType::kTraceOverhead>({milliseconds, events}, {});
}

template <typename Bound>
Bound MetricsCollector::bind(RecordType type, std::span<const std::string_view> texts) {
  return Bound(recorder_, type, texts);
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

std::optional<std::size_t> MetricsCollector::apply(
    std::span<const CheckedRecord> records) noexcept {
  return recorder_->apply(records);
}

std::optional<std::size_t> MetricsCollector::apply(std::span<const Record> records) {
  std::vector<CheckedRecord> checked;
  checked.reserve(records.size());
  for (const Record& record : records) {
    std::string fault;
    auto right = CheckedRecord::check(record, maxIdentifierLength(), fault);
    if (!right) {
      throw ParseError("records[" + std::to_string(checked.size()) + "]." + fault);
    }
    checked.push_back(std::move(*right));
  }
  return apply(checked);
}

std::size_t MetricsCollector::maxIdentifierLength() const {
  return recorder_->identifierLimit().longest();
}

Timer MetricsCollector::startTimer() const { return Timer(recorder_->steadyClock()); }

MetricsCollector::Measured::~Measured() {
  if (std::uncaught_exceptions() > exceptions_) {
    collector_.recordError(orchestrator_, "function_execution_error");
  } else {
    collector_.recordMessageLatency(orchestrator_, timer_.stop());
  }
}

AggregatedStats MetricsCollector::aggregatedStats(std::string_view orchestrator) const {
  const TimePoint now = recorder_->now();
  return aggregatedStats(orchestrator, now - std::chrono::hours(1), now);
}

AggregatedStats MetricsCollector::aggregatedStats(std::string_view orchestrator, TimePoint start,
                                                  TimePoint end) const {
  return recorder_->aggregate(orchestrator, start, end);
}

std::vector<AggregatedStats> MetricsCollector::windows(std::string_view orchestrator,
                                                       TimePoint start, TimePoint end,
                                                       std::chrono::minutes step) const {
  return recorder_->windows(orchestrator, start, end, step);
}

OrchestratorFamilies& MetricsCollector::families() { return recorder_->families(); }

void MetricsCollector::flush() { recorder_->flush(); }

void MetricsCollector::close() {
  const std::lock_guard lock(closeMutex_);
  recorder_->close();
}

}  // namespace orchestrator_exporter
