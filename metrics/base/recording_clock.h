#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace orchestrator_exporter {

// The time of day for things that are recorded, cheap enough to be asked each time.
class RecordingClock {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  // The system's clock where `clock` is empty.
  explicit RecordingClock(std::function<TimePoint()> clock) : clock_(std::move(clock)) {}

  TimePoint now() const { return clock_ ? clock_() : std::chrono::system_clock::now(); }

  // Whole minutes since the Unix epoch.
  std::int64_t minute() const {
    if (clock_) [[unlikely]]
      return minuteOf(clock_());
    timespec time{};
    // The coarse clock costs a sixth of the exact one, and lags by a tick of the kernel at most...
    clock_gettime(CLOCK_REALTIME_COARSE, &time);
    const std::int64_t minute = time.tv_sec / 60;
    // ...which matters at the end of a minute only.
    if (time.tv_sec - minute * 60 == 59 && time.tv_nsec > kNearlyOver) [[unlikely]] {
      return minuteOf(std::chrono::system_clock::now());
    }
    return minute;
  }

  static std::int64_t minuteOf(TimePoint time) {
    return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count();
  }

 private:
  static constexpr long kNearlyOver = 900'000'000;  // nanoseconds of the last second

  std::function<TimePoint()> clock_;
};

}  // namespace orchestrator_exporter
