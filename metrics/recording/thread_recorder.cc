#include "metrics/recording/thread_recorder.h"

#include <vector>

#include "metrics/recording/collector_core.h"

namespace orchestrator_exporter {

// The recorders of one thread, one for each collector that it has recorded to.
class ThreadRecorder::OfOneThread {
 public:
  OfOneThread() = default;
  OfOneThread(const OfOneThread&) = delete;
  OfOneThread& operator=(const OfOneThread&) = delete;
  ~OfOneThread();

  static OfOneThread& get() {
    static thread_local OfOneThread own;
    return own;
  }
  ThreadRecorder* find(CollectorCore& core);

 private:
  struct Own {
    std::uint64_t collector;
    std::weak_ptr<CollectorCore> core;
    std::shared_ptr<ThreadRecorder> recorder;
  };
  std::vector<Own> all_;
};

ThreadRecorder::OfOneThread::~OfOneThread() {
  ended_ = true;
  lastUsed_ = {};
  for (const Own& own : all_) {
    if (const auto core = own.core.lock()) core->retire(own.recorder->queue());
  }
}

ThreadRecorder* ThreadRecorder::OfOneThread::find(CollectorCore& core) {
  for (const Own& own : all_) {
    if (own.collector == core.id()) return own.recorder.get();
  }
  std::erase_if(all_, [](const Own& own) { return own.core.expired(); });
  auto recorder = std::make_shared<ThreadRecorder>(core);
  all_.push_back({core.id(), core.weak_from_this(), recorder});
  core.enlist(std::shared_ptr<RecordingQueue>(recorder, &recorder->queue()));
  return recorder.get();
}

ThreadRecorder::ThreadRecorder(CollectorCore& core)
    : queue_(core.rules()),
      departures_(core.departures()),
      departuresSeen_(departures_.load(std::memory_order_relaxed)) {}

ThreadRecorder* ThreadRecorder::lookUp(CollectorCore& core) {
  if (ended_) return nullptr;
  lastUsed_ = {core.id(), OfOneThread::get().find(core)};
  return lastUsed_.recorder;
}

void ThreadRecorder::forgetAll() {
  queue_.drain();
  cache_.clear();
}

}  // namespace orchestrator_exporter
