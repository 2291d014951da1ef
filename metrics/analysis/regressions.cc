#include "metrics/analysis/regressions.h"

#include <algorithm>
#include <cmath>

#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::analysis {

Regression regressionOf(const Signal& signal, std::span<const double> old,
                        std::span<const double> now, const RegressionOptions& options) {
  constexpr double kSignificant = 0.01;
  constexpr double kLarge = 0.33;
  const std::vector<double> before = statistics::thinned(old);
  const std::vector<double> after = statistics::thinned(now);
  const double median = statistics::median(before);
  Regression regression;
  regression.old = before.size();
  regression.now = after.size();
  regression.ranks = statistics::mannWhitney(before, after);
  regression.shift = statistics::hodgesLehmannShift(before, after);
  regression.needed = std::max(signal.leastChangeAt(median), options.threshold * std::fabs(median));
  regression.distance = statistics::kolmogorovSmirnov(before, after);
  if (signal.better == Better::kNone) return regression;
  const double worse = signal.better == Better::kLower ? 1 : -1;
  regression.worse = regression.ranks.p < kSignificant &&
                     worse * regression.ranks.cliffDelta >= kLarge &&
                     worse * regression.shift >= regression.needed && regression.shift != 0;
  return regression;
}

Regression againstEarlierWeeks(const Track& fives, const Zone& zone) {
  constexpr std::int64_t kHour = 3'600'000;
  if (fives.times.empty()) return {};
  const std::int64_t end = fives.times.back();
  const std::size_t hour = hourOfWeek(end, zone);
  std::vector<double> old;
  for (std::size_t i = 0; i < fives.times.size(); ++i) {
    if (fives.times[i] <= end - kHour && hourOfWeek(fives.times[i], zone) == hour) {
      old.push_back(fives.values[i]);
    }
  }
  return regressionOf(fives.signal, old, fives.between(end - kHour, end).values);
}

std::vector<Shift> shiftsOf(const Track& track) {
  const double least = track.signal.leastChangeAt(statistics::median(track.values));
  std::vector<Shift> shifts;
  for (const statistics::ChangePoint& point : statistics::changePoints(track.values, least)) {
    shifts.push_back({track.times[point.at], point.before, point.after, point.p});
  }
  return shifts;
}

statistics::Cusum::Direction ShiftWatch::add(std::int64_t time, double value,
                                             const Baseline& baseline) {
  const Cell* cell = baseline.at(time);
  if (cell == nullptr || !(cell->mad > 0)) return statistics::Cusum::Direction::kNone;
  return cusum_.add((value - cell->median) / (statistics::kMadToDeviation * cell->mad));
}

}  // namespace orchestrator_exporter::analysis
