#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "metrics/base/brief_lock.h"
#include "metrics/base/recording_clock.h"
#include "metrics/recording/deferred_task.h"
#include "metrics/recording/pending_updates.h"

namespace orchestrator_exporter {

// What all queues of one collector share.
struct RecordingRules {
  RecordingClock clock;
  std::uint32_t batchSize;  // a queue of so many updates is applied at once; 1: no batching
  std::atomic<bool> closed{false};
  DeferredTask* flush = nullptr;  // asked for once something waits; null without batching
};

// The updates of one thread, or of one bound handle, that are not applied yet. The lock is the
// queue's own: threads that record never meet, only a flush looks in.
//
// All updates in it are of one minute, so the statistics know when each was made although they are
// applied later.
class RecordingQueue {
 public:
  // `rules` outlive every call.
  explicit RecordingQueue(const RecordingRules& rules) : rules_(rules) {}
  RecordingQueue(const RecordingQueue&) = delete;
  RecordingQueue& operator=(const RecordingQueue&) = delete;

  // Runs update(), which adds to `pending`. False once recording is closed: nothing was done then,
  // and everything that was done before is seen by a drain() after the closing.
  template <typename Update>
  bool record(Pending& pending, Update update) {
    const std::int64_t minute = rules_.clock.minute();
    bool isFirst = false;
    if (!recordLocked(pending, minute, update, isFirst)) return false;
    if (isFirst && rules_.flush != nullptr) [[unlikely]]
      rules_.flush->request();
    return true;
  }

  // Applies all that waits. When it returns, every update that was recorded before the call is in
  // the families, also those that another drain() was just at.
  void drain() {
    const std::lock_guard lock(lock_);
    applyAll();
  }

 private:
  template <typename Update>
  bool recordLocked(Pending& pending, std::int64_t minute, Update& update, bool& isFirst) {
    const std::lock_guard lock(lock_);
    if (rules_.closed.load(std::memory_order_relaxed)) [[unlikely]]
      return false;
    if (minute != minute_) [[unlikely]] {
      applyAll();
      minute_ = minute;
    }
    update();
    if (!pending.waiting) {
      pending.waiting = true;
      isFirst = waiting_.empty();
      waiting_.push_back(&pending);
    }
    if (++updates_ >= rules_.batchSize) applyAll();
    return true;
  }

  void applyAll() {
    for (Pending* pending : waiting_) {
      pending->apply(minute_);
      pending->waiting = false;
    }
    waiting_.clear();
    updates_ = 0;
  }

  const RecordingRules& rules_;
  BriefLock lock_;
  std::int64_t minute_ = 0;
  std::uint32_t updates_ = 0;
  std::vector<Pending*> waiting_;
};

}  // namespace orchestrator_exporter
