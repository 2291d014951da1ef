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
  expectPositive("maxIdentifierLength", config.maxIdentifierLength);
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
      rejections_(registry),
      identifierLimit_(registry, static_cast<std::size_t>(config_.maxIdentifierLength)) {
  if (!config_.enableBatching) return;
  deferredFlush_.emplace(config_.batchFlushInterval, [this] { flush(); });
  rules_.flush = &*deferredFlush_;
}

// Ends a session that this queue started and has not applied yet, or one of the shared series, or
// one that waits in the queue of another thread. Only if there is none anywhere it has no start.
bool Recorder::endSession(RecordingQueue& queue, PendingSessions& sessions) {
  bool ended = false;
  if (!queue.record(sessions, [&] { ended = sessions.endHere(); })) {
    return reject(RecordType::kSessionEnd, Rejection::kClosed);
  }
  if (ended) return true;
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
  return true;
}

std::optional<std::size_t> Recorder::apply(std::span<const CheckedRecord> records) noexcept {
  const std::lock_guard lock(batchesMutex_);
  if (isClosed()) {
    for (const CheckedRecord& record : records) reject(record.get().type, Rejection::kClosed);
    return std::nullopt;
  }
  if (!batches_) batches_.emplace(*this);
  std::size_t taken = 0;
  for (const CheckedRecord& record : records) taken += recordChecked(record.get()) ? 1 : 0;
  return taken;
}

bool Recorder::recordChecked(const Record& one) {
  const Texts texts = {one.texts[0], one.texts[1], one.texts[2]};
  const auto& [first, second, third] = texts;
  if (config_.debug) logRecord(one.type, texts, {one.number, one.amount});
  switch (one.type) {
    case RecordType::kSessionStart:
      return recordToBatches<RecordType::kSessionStart>(0, {}, first, second);
    case RecordType::kSessionEnd:
      return recordToBatches<RecordType::kSessionEnd>(0, {}, first, second);
    case RecordType::kTokenUsage:
      return recordToBatches<RecordType::kTokenUsage>(one.number, {}, first, second);
    case RecordType::kMessageLatency:
      return recordToBatches<RecordType::kMessageLatency>(one.number, one.traceId, first);
    case RecordType::kToolInvocation:
      return recordToBatches<RecordType::kToolInvocation>(0, {}, first, second, third);
    case RecordType::kDelegation:
      return recordToBatches<RecordType::kDelegation>(0, {}, first, second, third);
    case RecordType::kError:
      return recordToBatches<RecordType::kError>(0, {}, first, second);
    case RecordType::kNodeLoad:
      return recordToBatches<RecordType::kNodeLoad>(one.number, {}, first);
    case RecordType::kBudgetUtilization:
      return recordToBatches<RecordType::kBudgetUtilization>(one.number, {}, first, second);
    case RecordType::kCustomMetric:
      return recordToBatches<RecordType::kCustomMetric>(one.number, {}, first, second);
    case RecordType::kMemoryUsage:
      return recordToBatches<RecordType::kMemoryUsage>(one.number, {}, first);
    case RecordType::kQueryPerformance:
      return recordToBatches<RecordType::kQueryPerformance>({one.number, one.amount}, {}, first);
    case RecordType::kTraceOverhead:
      return recordToBatches<RecordType::kTraceOverhead>({one.number, one.amount}, {});
  }
  return false;
}

template <RecordType kType, typename... Identifiers>
bool Recorder::recordToBatches(Numbers numbers, std::string_view traceId,
                               Identifiers... identifiers) {
  constexpr std::uint8_t kKind = recording_detail::cacheKind(kType);
  const std::uint64_t hash = SeriesCache::hash(kKind, identifiers...);
  Pending* pending = batches_->find(hash, kKind, identifiers...);
  if (pending == nullptr) pending = addSeries(*batches_, hash, kType, {identifiers...});
  return pending != nullptr && enqueue<kType>(batches_->queue(), *pending, numbers, traceId);
}

bool Recorder::admit(RecordType type, Texts& texts) {
  const auto given = std::span(texts).first(recordShape(type).textCount());
  if (const auto rejection = rejectionOf(type, given)) return reject(type, *rejection);
  identifierLimit_.cut(given);
  return true;
}

Pending* Recorder::findAnew(ThreadRecorder& own, std::uint64_t hash, RecordType type, Texts texts) {
  const Texts given = texts;
  if (!admit(type, texts)) return nullptr;
  if (texts != given) {
    const auto& [first, second, third] = texts;
    const std::uint8_t kind = recording_detail::cacheKind(type);
    const auto find = [&](auto... identifiers) {
      hash = SeriesCache::hash(kind, identifiers...);
      return own.find(hash, kind, identifiers...);
    };
    const std::size_t count = recordShape(type).textCount();
    Pending* known = count == 1   ? find(first)
                     : count == 2 ? find(first, second)
                                  : find(first, second, third);
    if (known != nullptr) return known;
  }
  return addSeries(own, hash, type, texts);
}

Pending* Recorder::addSeries(ThreadRecorder& own, std::uint64_t hash, RecordType type,
                             const Texts& texts) {
  const auto given = std::span(texts).first(recordShape(type).textCount());
  std::unique_ptr<Pending> pending = families_.makePending(type, given);
  if (pending == nullptr) {
    reject(type, Rejection::kNameTaken);
    return nullptr;
  }
  return &own.add(hash, recording_detail::cacheKind(type), given, std::move(pending));
}

bool Recorder::reject(RecordType type, Rejection rejection) {
  rejections_.count(rejection);
  if (config_.debug) {
    config_.log("rejected " + std::string(recordShape(type).name) + ": " +
                std::string(kRejectionNames[static_cast<std::size_t>(rejection)]));
  }
  return false;
}

void Recorder::logRecord(RecordType type, const Texts& texts, Numbers numbers) const {
  const RecordShape shape = recordShape(type);
  std::string line = "record " + std::string(shape.name);
  for (std::size_t i = 0; i < shape.textCount(); ++i) {
    line += " " + std::string(shape.texts[i]) + "=" + ParseError::printable(texts[i]);
  }
  const auto add = [&](std::string_view name, double number) {
    if (name.empty()) return;
    TextBuffer shown;
    appendNumber(shown, number);
    line += " " + std::string(name) + "=" + std::string(shown.view());
  };
  add(shape.number, numbers.number);
  add(shape.amount, numbers.amount);
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
  {
    const std::lock_guard lock(batchesMutex_);
    rules_.closed.store(true);
  }
  flush();
  if (deferredFlush_) deferredFlush_->stop();
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
