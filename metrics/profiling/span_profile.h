#pragma once

#include <cstdint>
#include <vector>

#include "metrics/profiling/profile.h"
#include "metrics/profiling/profiler.h"
#include "metrics/profiling/span_sums.h"

namespace orchestrator_exporter::profiling {

// What recording spans cost, in nanoseconds of CPU time, and of how many readings one was made.
struct SpanCostNote {
  double ownNanoseconds = 0;
  double programNanoseconds = 0;
  std::uint64_t thinning = 1;
};

// See Profiler::snapshot() and Profiler::spans().
Profile profileOfSpans(const SpanTotals& totals, const SpanCostNote& cost);
std::vector<SpanStatistics> statisticsOfSpans(const SpanTotals& totals);

}  // namespace orchestrator_exporter::profiling
