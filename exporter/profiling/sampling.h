#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "exporter/profiling/perf_rings.h"
#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

struct SamplingRun {
  SamplingOptions sampling = {};
  std::chrono::nanoseconds duration = std::chrono::seconds(30);
  bool withWaits = false;  // also what threads wait for; only of processes that are named
  std::string title = {};
};

// Samples until the duration is over, `isStopped` says so (it is asked ten times a second), or all
// processes have ended. The profile has samples/count and cpu/nanoseconds, and with waits
// wall/nanoseconds; its notes tell what was lost, what the kernel left out and what the sampling
// itself cost. Throws as PerfRings does.
Profile sampled(const SamplingRun& run, const std::function<bool()>& isStopped);

}  // namespace orchestrator_exporter::profiling
