#pragma once

#include <time.h>

#include <cstdint>

namespace orchestrator_exporter {

// Seconds of the monotonic clock, for ages: never set, and read without a look at the hardware.
inline std::uint32_t coarseSeconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return static_cast<std::uint32_t>(time.tv_sec);
}

}  // namespace orchestrator_exporter
