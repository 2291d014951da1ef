#include "metrics/thread_recorder.h"

#include <vector>

#include "metrics/collector_core.h"

namespace exporter {

namespace {

// The recorders of one thread, one for each collector that it has recorded to.
class OwnRecorders {
 public:
  OwnRecorders() = default;
  OwnRecorders(const OwnRecorders&) = delete;
  OwnRecorders& operator=(const OwnRecorders&) = delete;
  ~OwnRecorders();

  ThreadRecorder* find(CollectorCore& core);

 private:
  struct Own {
    std::uint64_t collector;
    std::weak_ptr<CollectorCore> core;
    std::shared_ptr<ThreadRecorder> recorder;
  };
  std::vector<Own> all_;
};

// The one that the thread used last, and whether it may still have one. Both without a destructor,
// so that reading them costs nothing and is allowed until the very end of the thread.
struct LastUsed {
  std::uint64_t collector = 0;
  ThreadRecorder* recorder = nullptr;
};
constinit thread_local LastUsed lastUsed;
constinit thread_local bool ended = false;
thread_local OwnRecorders ownRecorders;

OwnRecorders::~OwnRecorders() {
  ended = true;
  lastUsed = {};
  for (const Own& own : all_) {
    if (const auto core = own.core.lock()) core->retire(own.recorder->queue());
  }
}

ThreadRecorder* OwnRecorders::find(CollectorCore& core) {
  for (const Own& own : all_) {
    if (own.collector == core.id()) return own.recorder.get();
  }
  std::erase_if(all_, [](const Own& own) { return own.core.expired(); });
  auto recorder = std::make_shared<ThreadRecorder>(core);
  all_.push_back({core.id(), core.weak_from_this(), recorder});
  core.enlist(std::shared_ptr<RecordingQueue>(recorder, &recorder->queue()));
  return recorder.get();
}

}  // namespace

ThreadRecorder::ThreadRecorder(CollectorCore& core)
    : queue_(core.rules()),
      departures_(core.departures()),
      departuresSeen_(departures_.load(std::memory_order_relaxed)) {}

ThreadRecorder* ThreadRecorder::ofThisThread(CollectorCore& core) {
  if (lastUsed.collector == core.id()) [[likely]]
    return lastUsed.recorder;
  if (ended) return nullptr;
  lastUsed = {core.id(), ownRecorders.find(core)};
  return lastUsed.recorder;
}

void ThreadRecorder::forgetAll() {
  queue_.drain();
  cache_.clear();
}

}  // namespace exporter
