#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter {

// Measures from its construction to stop() on a monotonic clock. Dropping it unstopped is harmless.
// For one thread at a time.
class Timer {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // The system's clock where `clock` is empty.
  explicit Timer(Clock clock = {}) : clock_(std::move(clock)), start_(now()) {}

  // The time since the start. Throws std::logic_error when called a second time.
  std::chrono::nanoseconds stop() {
    if (stopped_) throw std::logic_error("the timer was stopped before");
    stopped_ = true;
    return now() - start_;
  }

 private:
  std::chrono::steady_clock::time_point now() const {
    return clock_ ? clock_() : std::chrono::steady_clock::now();
  }

  Clock clock_;
  std::chrono::steady_clock::time_point start_;
  bool stopped_ = false;
};

}  // namespace orchestrator_exporter
