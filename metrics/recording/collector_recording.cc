#include "metrics/recording/collector_recording.h"

#include <span>
#include <string>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/base/number_format.h"

namespace orchestrator_exporter {

// Ends a session that this queue started and has not applied yet, or one of the shared series, or
// one that waits in the queue of another thread. Only when there is none anywhere it has no start.
void CollectorCore::endSession(RecordingQueue& queue, PendingSessions& sessions) {
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

void CollectorCore::recordAny(const Record& one) noexcept {
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

std::unique_ptr<Pending> CollectorCore::makeChecked(RecordType type, const Texts& texts) {
  const auto given = std::span(texts).first(recordShape(type).textCount());
  if (const auto rejection = rejectionOf(type, given)) {
    reject(type, *rejection);
    return nullptr;
  }
  return makePending(type, given);
}

Pending* CollectorCore::addSeries(ThreadRecorder& recorder, std::uint64_t hash, RecordType type,
                                  const Texts& texts) {
  std::unique_ptr<Pending> made = makeChecked(type, texts);
  if (made == nullptr) return nullptr;
  const auto given = std::span(texts).first(recordShape(type).textCount());
  const auto kind = static_cast<std::uint8_t>(recording_detail::seriesKind(type));
  return &recorder.add(hash, kind, given, std::move(made));
}

void CollectorCore::reject(RecordType type, Rejection rejection) {
  rejections_.count(rejection);
  if (!config_.debug) return;
  config_.log("rejected " + std::string(recordShape(type).name) + ": " +
              std::string(kRejectionNames[static_cast<std::size_t>(rejection)]));
}

void CollectorCore::logRecord(RecordType type, const Texts& texts, double number) const {
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

}  // namespace orchestrator_exporter
