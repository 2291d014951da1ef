#include "metrics/recording/collector_core.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter {

namespace {

const std::vector<double>& latencyBounds() {
  static const std::vector<double> bounds = {0.1, 0.5, 1, 2, 5, 10};
  return bounds;
}

std::uint64_t nextId() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

template <typename Number>
void expectPositive(const char* field, Number number) {
  if (number > 0) return;
  throw std::invalid_argument("MetricsCollectorConfig: " + std::string(field) +
                              ": expected a number above 0, got " + std::to_string(number));
}

MetricsCollectorConfig checked(MetricsCollectorConfig config) {
  expectPositive("batchFlushInterval", config.batchFlushInterval.count());
  expectPositive("maxBatchSize", config.maxBatchSize);
  expectPositive("statisticsRetention", config.statisticsRetention.count());
  expectPositive("maxOrchestrators", config.maxOrchestrators);
  expectPositive("maxSeriesPerFamily", config.maxSeriesPerFamily);
  if (!config.log) {
    config.log = [](std::string_view line) {
      std::clog << std::string(line) + "\n";  // in one piece, so that lines of threads do not mix
    };
  }
  return config;
}

}  // namespace

CollectorCore::CollectorCore(MetricsRegistry& registry, const MetricsCollectorConfig& config)
    : id_(nextId()),
      config_(checked(config)),
      rules_{RecordingClock(config_.wallClock),
             config_.enableBatching ? static_cast<std::uint32_t>(config_.maxBatchSize) : 1,
             {}},
      departures_(registry.departures()),
      statistics_(config_.statisticsRetention, static_cast<std::size_t>(config_.maxOrchestrators)),
      familyOptions_{.maxSeries = static_cast<std::size_t>(config_.maxSeriesPerFamily)},
      sessionsActive_(registry.gauge("orchestrator_sessions_active", "Sessions now active.",
                                     {"orchestrator_id", "session_type"}, familyOptions_)),
      sessionsStarted_(registry.counter("orchestrator_sessions_started_total",
                                        "Sessions ever started.",
                                        {"orchestrator_id", "session_type"}, familyOptions_)),
      tokensUsed_(registry.counter("orchestrator_tokens_used_total", "Tokens consumed.",
                                   {"orchestrator_id", "model"}, familyOptions_)),
      messageLatency_(registry.histogram(
          "orchestrator_message_latency_seconds", "Time to process one message.",
          {.bounds = latencyBounds(), .exemplars = true, .native = config_.nativeLatencyBuckets},
          {"orchestrator_id"}, withUnit(familyOptions_, "seconds"))),
      toolInvocations_(registry.counter(
          "orchestrator_tool_invocations_total", "Calls of tools, by how they ended.",
          {"orchestrator_id", "tool_name", "status"}, familyOptions_)),
      delegations_(registry.counter("orchestrator_federation_delegations_total",
                                    "Tasks handed from one orchestrator to another.",
                                    {"from_orchestrator", "to_orchestrator", "status"},
                                    familyOptions_)),
      nodeLoad_(registry.gauge("orchestrator_node_load", "Load of a node, 0 to 1.", {"node_id"},
                               familyOptions_)),
      errors_(registry.counter("orchestrator_errors_total", "Errors by type.",
                               {"orchestrator_id", "error_type"}, familyOptions_)),
      budgetUtilization_(registry.gauge(
          "orchestrator_budget_utilization_percent", "Budget used, 0 to 100 and above.",
          {"orchestrator_id", "period"}, withUnit(familyOptions_, "percent"))),
      rejections_(registry) {}

std::unique_ptr<Pending> CollectorCore::makePending(RecordType type,
                                                    std::span<const std::string_view> texts) {
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
                                              config_.nativeLatencyBuckets, rules_.clock, link);
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
  }
  return nullptr;
}

// By the gauge's series, not by the labels: those that share the overflow series share this too.
std::shared_ptr<SessionSeries> CollectorCore::sessionSeries(
    std::span<const std::string_view> texts) {
  const Gauge gauge = sessionsActive_.with(texts);
  const std::lock_guard lock(sessionsMutex_);
  std::shared_ptr<SessionSeries>& series = sessions_[gauge.identity()];
  if (series == nullptr) {
    std::erase_if(sessions_, [](const auto& entry) {
      return entry.second != nullptr && !entry.second->gauge().attached();
    });
    series = std::make_shared<SessionSeries>(sessionsStarted_.with(texts), gauge);
  }
  return series;
}

void CollectorCore::flush() {
  std::vector<std::shared_ptr<RecordingQueue>> queues;
  {
    const std::lock_guard lock(queuesMutex_);
    queues = queues_;
  }
  for (const auto& queue : queues) queue->drain();
  if (config_.debug) config_.log("flushed " + std::to_string(queues.size()) + " queues");
}

void CollectorCore::close() {
  rules_.closed.store(true);
  flush();
}

AggregatedStats CollectorCore::aggregate(std::string_view orchestrator,
                                         AggregatedStats::TimePoint start,
                                         AggregatedStats::TimePoint end) {
  flush();
  return statistics_.aggregate(orchestrator, start, end, now());
}

std::vector<AggregatedStats> CollectorCore::windows(std::string_view orchestrator,
                                                    AggregatedStats::TimePoint start,
                                                    AggregatedStats::TimePoint end,
                                                    std::chrono::minutes step) {
  flush();
  return statistics_.windows(orchestrator, start, end, step, now());
}

void CollectorCore::enlist(std::shared_ptr<RecordingQueue> queue) {
  const std::lock_guard lock(queuesMutex_);
  queues_.push_back(std::move(queue));
}

void CollectorCore::retire(RecordingQueue& queue) {
  queue.drain();
  const std::lock_guard lock(queuesMutex_);
  std::erase_if(queues_, [&](const auto& other) { return other.get() == &queue; });
}

}  // namespace orchestrator_exporter
