#include "metrics/recording/thread_recorder.h"

#include "metrics/recording/recorder.h"

namespace orchestrator_exporter {

ThreadRecorder::ThreadRecorder(Recorder& recorder)
    : recorder_(recorder.weak_from_this()),
      queue_(std::make_shared<RecordingQueue>(recorder.rules())),
      departures_(recorder.departures()),
      departuresSeen_(departures_.load(std::memory_order_relaxed)) {
  recorder.enlist(queue_);
}

ThreadRecorder::~ThreadRecorder() {
  if (const auto recorder = recorder_.lock()) recorder->retire(*queue_);
}

void ThreadRecorder::forgetAll() {
  queue_->drain();
  cache_.clear();
}

}  // namespace orchestrator_exporter
