#pragma once

#include <chrono>

namespace orchestrator_exporter {

// A time until which one thread sleeps, and which any thread moves without waking that one
// (timerfd_create(2)). Set to no time at first.
class Alarm {
 public:
  // Throws std::system_error.
  Alarm();
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  // So long from now, in place of the time that was set; at once if it is not positive.
  void set(std::chrono::nanoseconds fromNow);
  // No time any more: who sleeps sleeps on.
  void clear();
  // Sleeps until the time that is set then has come, and clears it.
  void wait();

 private:
  const int timer_;
};

}  // namespace orchestrator_exporter
