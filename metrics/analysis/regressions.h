#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/analysis/baselines.h"
#include "metrics/analysis/tracks.h"
#include "metrics/statistics/change_points.h"
#include "metrics/statistics/rank_tests.h"

namespace orchestrator_exporter::analysis {

// How a signal is now against how it was.
struct Regression {
  bool worse = false;   // all three tests below say so
  std::size_t old = 0;  // values behind it, thinned to be independent
  std::size_t now = 0;
  statistics::RankTest ranks;
  double shift = 0;   // Hodges and Lehmann's, in the signal's unit; NaN without values
  double needed = 0;  // the least shift that counts
  statistics::DistanceTest distance;
};

struct RegressionOptions {
  double threshold = 0.2;  // of the old median
};

// Worse if p < 0.01, Cliff's delta is at least 0.33 in the worse direction, and the shift is at
// least max(least change, threshold of the old median). Where neither direction is better, never.
Regression regressionOf(const Signal& signal, std::span<const double> old,
                        std::span<const double> now, const RegressionOptions& options = {});

// The newest hour of a track of five-minute means against the same hour of the weeks before.
Regression againstEarlierWeeks(const Track& fives, const Zone& zone);

// A place where a signal's level changed for good.
struct Shift {
  std::int64_t time = 0;
  double before = 0;
  double after = 0;
  double p = 1;
};
// Of a track, by binary segmentation; shifts below the signal's least change do not count.
std::vector<Shift> shiftsOf(const Track& track);

// Watches a signal sample by sample for a shift against the usual of each hour.
class ShiftWatch {
 public:
  // Does nothing while the baseline says nothing of the time.
  statistics::Cusum::Direction add(std::int64_t time, double value, const Baseline& baseline);

 private:
  statistics::Cusum cusum_;
};

}  // namespace orchestrator_exporter::analysis
