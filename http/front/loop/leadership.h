#pragma once

#include <chrono>
#include <mutex>

#include "metrics/base/process/alarm.h"

namespace orchestrator_exporter::http {

// Who runs the front's loop: one thread at a time, the leader (Leader/Followers, Schmidt et al.,
// Pattern-Oriented Software Architecture 2). A worker that has answered becomes it, waits in the
// loop for the next request and serves that itself, for which no other thread has to be woken; the
// thread that stands by leads if for a while nobody does. It leads at first.
class Leadership {
 public:
  // How long there may be no leader.
  static constexpr std::chrono::milliseconds kPatience{5};

  // Throws std::system_error.
  Leadership() = default;
  Leadership(const Leadership&) = delete;
  Leadership& operator=(const Leadership&) = delete;

  // Of a worker: whether it leads from now on, which it does if nobody else leads.
  bool take();
  // Of the worker that leads: it goes. Within this time, which is positive, somebody leads again.
  void leave(std::chrono::nanoseconds patience = kPatience);
  // Of the thread that stands by, as leader: goes like a worker, and comes back as leader.
  void standBy();

 private:
  Alarm alarm_;       // for which the thread that stands by waits; set while nobody leads
  std::mutex mutex_;  // guards what follows
  bool isLed_ = true;
};

}  // namespace orchestrator_exporter::http
