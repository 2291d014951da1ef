#include "metrics/collector_recording.h"

#include <string>

#include "metrics/errors.h"
#include "metrics/number_format.h"

namespace exporter {

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
  switch (one.type) {
    case RecordType::kSessionStart:
      return record<RecordType::kSessionStart>(texts, 0);
    case RecordType::kSessionEnd:
      return record<RecordType::kSessionEnd>(texts, 0);
    case RecordType::kTokenUsage:
      return record<RecordType::kTokenUsage>(texts, one.number);
    case RecordType::kMessageLatency:
      return record<RecordType::kMessageLatency>(texts, one.number, one.traceId);
    case RecordType::kToolInvocation:
      return record<RecordType::kToolInvocation>(texts, 0);
    case RecordType::kDelegation:
      return record<RecordType::kDelegation>(texts, 0);
    case RecordType::kError:
      return record<RecordType::kError>(texts, 0);
    case RecordType::kNodeLoad:
      return record<RecordType::kNodeLoad>(texts, one.number);
    case RecordType::kBudgetUtilization:
      return record<RecordType::kBudgetUtilization>(texts, one.number);
  }
}

void CollectorCore::reject(RecordType type, Rejection rejection) {
  const auto index = static_cast<std::size_t>(rejection);
  rejected_.with({kRejectionNames[index]}).add();
  if (!config_.debug) return;
  config_.log("rejected " + std::string(recordShape(type).name) + ": " +
              std::string(kRejectionNames[index]));
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

}  // namespace exporter
