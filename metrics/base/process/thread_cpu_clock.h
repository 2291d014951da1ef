#pragma once

#include <time.h>

#include <chrono>

namespace orchestrator_exporter {

// The CPU time that the calling thread has used, in nanoseconds (CLOCK_THREAD_CPUTIME_ID,
// clock_gettime(2)). Points in time of two threads have nothing to do with each other.
struct ThreadCpuClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ThreadCpuClock>;
  static constexpr bool is_steady = true;

  static time_point now() noexcept {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

}  // namespace orchestrator_exporter
