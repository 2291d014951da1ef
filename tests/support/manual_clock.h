#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace orchestrator_exporter {

// Both clocks of the library for tests: they stand still until they are advanced. Thread-safe. Must
// outlive the functions that it gives.
class ManualClock {
 public:
  auto wall() const {
    return [this] { return std::chrono::system_clock::time_point(kBegin) + passed_.load(); };
  }
  auto steady() const {
    return [this] { return std::chrono::steady_clock::time_point(passed_.load()); };
  }
  void advance(std::chrono::nanoseconds time) { passed_ = passed_.load() + time; }

  std::chrono::system_clock::time_point now() const { return wall()(); }
  std::int64_t unixSeconds() const {
    return std::chrono::floor<std::chrono::seconds>(now().time_since_epoch()).count();
  }

 private:
  // 15 November 2023, 12:00:00 UTC.
  static constexpr std::chrono::seconds kBegin{1'700'049'600};

  std::atomic<std::chrono::nanoseconds> passed_{std::chrono::nanoseconds(0)};
};

}  // namespace orchestrator_exporter
