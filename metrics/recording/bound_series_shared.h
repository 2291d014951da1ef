#pragma once

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "metrics/base/errors.h"
#include "metrics/recording/bound_series.h"
#include "metrics/recording/collector_recording.h"

namespace orchestrator_exporter {

// What the copies of a bound series share: the queue, and what waits in it.
class BoundSeries::Shared {
 public:
  // Throws std::invalid_argument for identifiers that no record of the type may have.
  Shared(std::shared_ptr<CollectorCore> core, RecordType type,
         std::span<const std::string_view> texts)
      : core_(std::move(core)), queue_(std::make_shared<RecordingQueue>(core_->rules())) {
    record_.type = type;
    std::copy(texts.begin(), texts.end(), record_.texts.begin());
    if (const auto fault = findFault(record_)) throw std::invalid_argument(*fault);
    pending_ = core_->makePending(type, texts);
    core_->enlist(queue_);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { core_->retire(*queue_); }

  template <RecordType kType>
  void record(double number, std::string_view traceId = {}) noexcept {
    const CollectorCore::Texts texts = {record_.texts[0], record_.texts[1], record_.texts[2]};
    core_->recordBound<kType>(*queue_, *pending_, texts, number, traceId);
  }

 private:
  const std::shared_ptr<CollectorCore> core_;
  Record record_;  // what it is bound to
  const std::shared_ptr<RecordingQueue> queue_;
  std::unique_ptr<Pending> pending_;
};

}  // namespace orchestrator_exporter
