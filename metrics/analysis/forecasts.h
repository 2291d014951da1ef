#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/analysis/tracks.h"

namespace orchestrator_exporter::analysis {

struct ForecastPoint {
  std::int64_t time = 0;
  double median = 0;
  double q10 = 0;  // the ends of the 80 % interval
  double q90 = 0;
  double q025 = 0;  // of the 95 % interval
  double q975 = 0;
};

// What comes next, and how far to trust it.
struct Forecast {
  std::string model = {};   // last_value, seasonal_naive, damped_trend, holt_winters
  std::int64_t origin = 0;  // time of the last step that was known, ms
  std::int64_t step = 0;    // ms
  std::vector<ForecastPoint> points = {};
  // confidence = min(1, origins / 10) * max(0, 1 - |coverage - 0.8| / 0.8) * max(0, 1 - mase / 2)
  double confidence = 0;
  std::size_t origins = 0;  // of the back-test
  double coverage = 0;      // of its 80 % intervals, each widened by what the other origins ask for
  double mase = 0;          // mean absolute error against that of the value one season before
  std::optional<std::int64_t> timeToLimit = {};  // ms from the origin until the median crosses it
  std::string insufficient = {};  // why there is none; everything above is empty then
};

// How forecasts of a horizon go: one step ahead after the other, a season as many of them.
struct Rhythm {
  std::int64_t step = 0;    // ms
  std::size_t period = 1;   // steps a season
  std::size_t steps = 0;    // of the horizon
  std::int64_t window = 0;  // of the past that is used, ms
};
// Up to six hours ahead in steps of 5 minutes with a day's season over 8 days, else in hours with a
// day's season over 4 weeks, a week's from three weeks on; never finer than the samples are.
Rhythm rhythmOf(std::int64_t horizon, std::int64_t spacing, std::int64_t known);

// From the samples of the track up to its end. The candidates (the last value, that of a season
// ago, exponential smoothing with a damped trend, and with a season: those with one from two on)
// are back-tested at 5 to 20 origins: the lowest scaled error wins; its intervals are widened until
// they cover in the back-test what they say.
Forecast forecastOf(const Track& track, std::int64_t horizon);

}  // namespace orchestrator_exporter::analysis
