#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "metrics/analysis/baselines.h"
#include "metrics/analysis/tracks.h"
#include "metrics/statistics/linear_regression.h"

namespace orchestrator_exporter::analysis {

enum class TrendClass : std::uint8_t {
  kImproving,
  kDegrading,
  kRising,  // where neither direction is better
  kFalling,
  kVolatile,
  kStable,
  kInsufficientData,
};
std::string_view nameOf(TrendClass trend);  // improving, …, insufficient_data

// Where a signal went over a window.
struct Trend {
  TrendClass trend = TrendClass::kInsufficientData;
  statistics::Support support;  // of the window's samples
  std::size_t parts = 0;        // of the window that have a mean, which the test stands on
  double median = 0;            // of them
  double change = 0;            // over the window, in the signal's unit
  double changeAnHour = 0;
  statistics::Interval anHour;  // 95 %
  double p = 1;                 // Mann and Kendall's
  double noise = 0;             // 1.4826 MAD of the residuals
  bool seasonal = false;        // whether the usual of each hour was subtracted first
  std::string sentence;         // for people
};

// Over (until - window, until]: 60 equal parts, fewer if the samples are not that dense; at least
// 20 and 70 % of them need a mean. From two days on, the baseline's medians are subtracted first,
// if there is one.
Trend trendOf(const Track& track, std::int64_t until, std::int64_t window,
              const Baseline* baseline = nullptr);

}  // namespace orchestrator_exporter::analysis
