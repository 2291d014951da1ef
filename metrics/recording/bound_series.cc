#include "metrics/recording/bound_series.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "metrics/recording/recorder.h"

namespace orchestrator_exporter {

// What the copies of a bound series share: the queue, and what waits in it.
class BoundSeries::Shared {
 public:
  Shared(std::shared_ptr<Recorder> recorder, RecordType type,
         std::span<const std::string_view> texts)
      : recorder_(std::move(recorder)),
        queue_(std::make_shared<RecordingQueue>(recorder_->rules())) {
    std::vector<std::string_view> identifiers(texts.begin(), texts.end());
    record_.type = type;
    std::copy(texts.begin(), texts.end(), record_.texts.begin());
    if (const auto fault = findFault(record_)) throw std::invalid_argument(*fault);
    if (recorder_->identifierLimit().cut(identifiers)) {
      std::copy(identifiers.begin(), identifiers.end(), record_.texts.begin());
    }
    pending_ = recorder_->families().makePending(type, identifiers);
    recorder_->enlist(queue_);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { recorder_->retire(*queue_); }

  template <RecordType kType>
  void record(double number, std::string_view traceId = {}) noexcept {
    const Recorder::Texts texts = {record_.texts[0], record_.texts[1], record_.texts[2]};
    recorder_->recordBound<kType>(*queue_, *pending_, texts, number, traceId);
  }

 private:
  const std::shared_ptr<Recorder> recorder_;
  Record record_;  // what it is bound to
  const std::shared_ptr<RecordingQueue> queue_;
  std::unique_ptr<Pending> pending_;
};

BoundSeries::BoundSeries(std::shared_ptr<Recorder> recorder, RecordType type,
                         std::span<const std::string_view> texts)
    : shared_(std::make_shared<Shared>(std::move(recorder), type, texts)) {}

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
