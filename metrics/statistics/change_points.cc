#include "metrics/statistics/change_points.h"

#include <algorithm>
#include <cmath>

#include "metrics/statistics/moments.h"
#include "metrics/statistics/quantiles.h"
#include "metrics/statistics/rank_tests.h"

namespace orchestrator_exporter::statistics {

namespace {

constexpr std::size_t kLeastSide = 10;

void segment(std::span<const double> values, std::size_t offset, double leastShift,
             std::vector<ChangePoint>& found) {
  if (values.size() < 2 * kLeastSide) return;
  const double centre = mean(values);
  double total = 0;
  double largest = 0;
  std::size_t cut = 0;
  for (std::size_t i = 0; i + kLeastSide < values.size(); ++i) {
    if (!std::isnan(values[i])) total += values[i] - centre;
    if (i + 1 < kLeastSide || std::fabs(total) <= largest) continue;
    largest = std::fabs(total);
    cut = i + 1;
  }
  if (cut == 0) return;
  const auto before = values.first(cut);
  const auto after = values.subspan(cut);
  constexpr double kSignificant = 0.001;
  const ChangePoint point{offset + cut, median(before), median(after),
                          mannWhitney(before, after).p};
  if (!(point.p < kSignificant) || !(std::fabs(point.after - point.before) >= leastShift)) return;
  segment(before, offset, leastShift, found);
  found.push_back(point);
  segment(after, offset + cut, leastShift, found);
}

}  // namespace

Cusum::Direction Cusum::add(double standardized) {
  constexpr double kSlack = 0.5;
  constexpr double kLimit = 8;
  if (std::isnan(standardized)) return Direction::kNone;
  up_ = std::max(0.0, up_ + standardized - kSlack);
  down_ = std::max(0.0, down_ - standardized - kSlack);
  if (up_ <= kLimit && down_ <= kLimit) return Direction::kNone;
  const Direction direction = up_ > kLimit ? Direction::kUp : Direction::kDown;
  up_ = down_ = 0;
  return direction;
}

std::vector<ChangePoint> changePoints(std::span<const double> values, double leastShift) {
  std::vector<ChangePoint> found;
  segment(values, 0, leastShift, found);
  return found;
}

}  // namespace orchestrator_exporter::statistics
