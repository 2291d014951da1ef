#include "metrics/recording/recorder.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/base/number_format.h"

namespace orchestrator_exporter {

namespace {

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

Recorder::Recorder(MetricsRegistry& registry, const MetricsCollectorConfig& config)
    : config_(checked(config)),
      rules_{RecordingClock(config_.wallClock),
             config_.enableBatching ? static_cast<std::uint32_t>(config_.maxBatchSize) : 1,
             {}},
      departures_(registry.departures()),
      families_(registry, config_, rules_.clock),
      rejections_(registry) {}

// Ends a session that this queue started and has not applied yet, or one of the shared series, or
// one that waits in the queue of another thread. Only if there is none anywhere it has no start.
void Recorder::endSession(RecordingQueue& queue, PendingSessions& sessions) {
  bool ended = false;
  if (!queue.record(sessions, [&] { ended = sessions.endHere(); })) {
    return reject(RecordType::kSessionEnd, Rejection::kClosed);
  }
  if (ended) return;
  SessionSeries& series = sessions.series();
  while (!series.end()) {
    // A flush brings what waits into the series, where another thread may take it before this one
    // does; but then that one's own session must have waited too. So it is over only when a flush
    // brought nothing.
    const std::uint64_t arrivals = series.arrivals();
    if (series.end()) break;
    flush();
    if (series.end()) break;
    if (series.arrivals() == arrivals) {
      return reject(RecordType::kSessionEnd, Rejection::kEndWithoutStart);
    }
  }
  queue.record(sessions, [&] { sessions.noteEndElsewhere(); });
}

void Recorder::recordAny(const Record& one) noexcept {
  const Texts texts = {one.texts[0], one.texts[1], one.texts[2]};
  const auto& [first, second, third] = texts;
  switch (one.type) {
    case RecordType::kSessionStart:
      return record<RecordType::kSessionStart>(0, {}, first, second);
    case RecordType::kSessionEnd:
      return record<RecordType::kSessionEnd>(0, {}, first, second);
    case RecordType::kTokenUsage:
      return record<RecordType::kTokenUsage>(one.number, {}, first, second);
    case RecordType::kMessageLatency:
      return record<RecordType::kMessageLatency>(one.number, one.traceId, first);
    case RecordType::kToolInvocation:
      return record<RecordType::kToolInvocation>(0, {}, first, second, third);
    case RecordType::kDelegation:
      return record<RecordType::kDelegation>(0, {}, first, second, third);
    case RecordType::kError:
      return record<RecordType::kError>(0, {}, first, second);
    case RecordType::kNodeLoad:
      return record<RecordType::kNodeLoad>(one.number, {}, first);
    case RecordType::kBudgetUtilization:
      return record<RecordType::kBudgetUtilization>(one.number, {}, first, second);
  }
}

std::unique_ptr<Pending> Recorder::makeChecked(RecordType type, const Texts& texts) {
  const auto given = std::span(texts).first(recordShape(type).textCount());
  if (const auto rejection = rejectionOf(type, given)) {
    reject(type, *rejection);
    return nullptr;
  }
  return families_.makePending(type, given);
}

Pending* Recorder::addSeries(ThreadRecorder& own, std::uint64_t hash, RecordType type,
                             const Texts& texts) {
  std::unique_ptr<Pending> made = makeChecked(type, texts);
  if (made == nullptr) return nullptr;
  const auto given = std::span(texts).first(recordShape(type).textCount());
  const auto kind = static_cast<std::uint8_t>(recording_detail::seriesKind(type));
  return &own.add(hash, kind, given, std::move(made));
}

void Recorder::reject(RecordType type, Rejection rejection) {
  rejections_.count(rejection);
  if (!config_.debug) return;
  config_.log("rejected " + std::string(recordShape(type).name) + ": " +
              std::string(kRejectionNames[static_cast<std::size_t>(rejection)]));
}

void Recorder::logRecord(RecordType type, const Texts& texts, double number) const {
  const RecordShape shape = recordShape(type);
  std::string line = "record " + std::string(shape.name);
  for (std::size_t i = 0; i < shape.textCount(); ++i) {
    line += " " + std::string(shape.texts[i]) + "=" + ParseError::printable(texts[i]);
  }
  if (!shape.number.empty()) {
    TextBuffer shown;
    appendNumber(shown, number);
    line += " " + std::string(shape.number) + "=" + std::string(shown.view());
  }
  config_.log(line);
}

void Recorder::flush() {
  std::vector<std::shared_ptr<RecordingQueue>> queues;
  {
    const std::lock_guard lock(queuesMutex_);
    queues = queues_;
  }
  for (const auto& queue : queues) queue->drain();
  if (config_.debug) config_.log("flushed " + std::to_string(queues.size()) + " queues");
}

void Recorder::close() {
  rules_.closed.store(true);
  flush();
}

AggregatedStats Recorder::aggregate(std::string_view orchestrator, AggregatedStats::TimePoint start,
                                    AggregatedStats::TimePoint end) {
  flush();
  return families_.statistics().aggregate(orchestrator, start, end, now());
}

std::vector<AggregatedStats> Recorder::windows(std::string_view orchestrator,
                                               AggregatedStats::TimePoint start,
                                               AggregatedStats::TimePoint end,
                                               std::chrono::minutes step) {
  flush();
  return families_.statistics().windows(orchestrator, start, end, step, now());
}

void Recorder::enlist(std::shared_ptr<RecordingQueue> queue) {
  const std::lock_guard lock(queuesMutex_);
  queues_.push_back(std::move(queue));
}

void Recorder::retire(RecordingQueue& queue) {
  queue.drain();
  const std::lock_guard lock(queuesMutex_);
  std::erase_if(queues_, [&](const auto& other) { return other.get() == &queue; });
}

}  // namespace orchestrator_exporter
