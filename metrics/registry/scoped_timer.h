#pragma once

#include <chrono>
#include <stdexcept>
#include <utility>

#include "metrics/base/process/thread_cpu_clock.h"

namespace orchestrator_exporter {

// Observes the time from its construction to the end of its scope:
//
//   const ScopedTimer timer(histogram);          // wall time
//   const ScopedCpuTimer cpuTimer(histogram);    // CPU time of this thread
//
// `Observer` is a Histogram, a Summary or anything else with observe(seconds), or one whose
// observe() takes a duration, such as BoundLatency. For one thread at a time; the CPU time for the
// thread that made it.
template <typename Observer, typename Clock = std::chrono::steady_clock>
class ScopedTimer {
 public:
  explicit ScopedTimer(Observer observer) : observer_(std::move(observer)), start_(Clock::now()) {}
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;
  ~ScopedTimer() {
    if (running_) observe(elapsed());
  }

  // So far.
  std::chrono::nanoseconds elapsed() const { return Clock::now() - start_; }

  // Observes now instead of at the end. Throws std::logic_error where it was stopped or cancelled
  // before.
  std::chrono::nanoseconds stop() {
    if (!std::exchange(running_, false)) throw std::logic_error("the timer was stopped before");
    const std::chrono::nanoseconds time = elapsed();
    observe(time);
    return time;
  }
  // Observes nothing, now or later.
  void cancel() noexcept { running_ = false; }

 private:
  void observe(std::chrono::nanoseconds time) const noexcept {
    if constexpr (requires { observer_.observe(time); }) {
      observer_.observe(time);
    } else {
      observer_.observe(std::chrono::duration<double>(time).count());
    }
  }

  Observer observer_;
  typename Clock::time_point start_;
  bool running_ = true;
};

template <typename Observer>
class ScopedCpuTimer : public ScopedTimer<Observer, ThreadCpuClock> {
 public:
  using ScopedTimer<Observer, ThreadCpuClock>::ScopedTimer;
};
template <typename Observer>
ScopedCpuTimer(Observer) -> ScopedCpuTimer<Observer>;

}  // namespace orchestrator_exporter
