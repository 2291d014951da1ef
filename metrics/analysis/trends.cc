#include "metrics/analysis/trends.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "metrics/analysis/texts.h"
#include "metrics/statistics/quantiles.h"
#include "metrics/statistics/robust_trend.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr std::int64_t kHour = 3'600'000;

// As many parts as the window can fill.
std::size_t partsOf(const statistics::Observations& samples, std::int64_t window) {
  constexpr std::size_t kUsual = 60;
  if (samples.times.size() < 2) return kUsual;
  const std::int64_t span = samples.times.back() - samples.times.front();
  const double apart = static_cast<double>(span) / static_cast<double>(samples.times.size() - 1);
  if (!(apart > 0)) return kUsual;
  const auto possible = static_cast<std::size_t>(std::lround(static_cast<double>(window) / apart));
  return std::clamp<std::size_t>(possible, 1, kUsual);
}

TrendClass directed(double change, Better better) {
  const bool up = change > 0;
  if (better == Better::kNone) return up ? TrendClass::kRising : TrendClass::kFalling;
  return up == (better == Better::kHigher) ? TrendClass::kImproving : TrendClass::kDegrading;
}

TrendClass classOf(const Trend& trend, const Signal& signal, const std::vector<double>& levels) {
  constexpr double kSignificant = 0.05;
  constexpr double kShare = 0.1;       // of the median
  constexpr double kNoisyShare = 0.3;  // of the median
  const double least = signal.leastChangeAt(trend.median);
  const double size = std::fabs(trend.median);
  if (trend.p < kSignificant && trend.change != 0 &&
      std::fabs(trend.change) >= std::max({least, kShare * size, trend.noise})) {
    return directed(trend.change, signal.better);
  }
  const double spread = statistics::quantile(levels, 0.95) - statistics::quantile(levels, 0.05);
  const bool isVolatile =
      trend.noise > 0 && trend.noise >= kNoisyShare * std::max(size, least) && spread >= least;
  return isVolatile ? TrendClass::kVolatile : TrendClass::kStable;
}

std::string sentenceOf(const Trend& trend, const Track& track, std::int64_t window) {
  const std::string& name = track.signal.name;
  const std::string over = " over " + durationWords(window);
  const auto value = [&](double number) { return valueWords(number, track.signal.unit); };
  switch (trend.trend) {
    case TrendClass::kInsufficientData:
      return name + " has too few samples" + over + " to tell a trend (" +
             std::to_string(trend.support.n) + ").";
    case TrendClass::kVolatile:
      return name + " varies by " + value(trend.noise) + " around " + value(trend.median) + over +
             ", without a direction.";
    case TrendClass::kStable:
      return name + " is stable at " + value(trend.median) + over + ".";
    default: {
      const std::string verdict = trend.trend == TrendClass::kImproving   ? ", which is better"
                                  : trend.trend == TrendClass::kDegrading ? ", which is worse"
                                                                          : "";
      return name + (trend.change > 0 ? " rose by " : " fell by ") +
             value(std::fabs(trend.change)) + over + " (" + value(std::fabs(trend.changeAnHour)) +
             " an hour), around " + value(trend.median) + verdict + ".";
    }
  }
}

}  // namespace

std::string_view nameOf(TrendClass trend) {
  constexpr std::array<std::string_view, 7> kNames = {
      "improving", "degrading", "rising", "falling", "volatile", "stable", "insufficient_data"};
  return kNames.at(static_cast<std::size_t>(trend));
}

Trend trendOf(const Track& track, std::int64_t until, std::int64_t window,
              const Baseline* baseline) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr std::size_t kLeastParts = 20;
  constexpr double kLeastFilled = 0.7;
  constexpr std::int64_t kTwoDays = 48 * kHour;
  const statistics::Observations samples = track.between(until - window, until);
  Trend trend;
  trend.support = statistics::supportOf(samples);
  const std::size_t count = partsOf(samples, window);
  const statistics::Parts parts = statistics::equalParts(samples, until - window, until, count);
  trend.parts = parts.means.size();
  trend.median = statistics::median(parts.means);
  trend.change = trend.changeAnHour = trend.noise = kNaN;
  trend.anHour = {kNaN, kNaN};
  if (trend.parts < kLeastParts ||
      static_cast<double>(trend.parts) < kLeastFilled * static_cast<double>(count)) {
    trend.sentence = sentenceOf(trend, track, window);
    return trend;
  }
  std::vector<double> levels = parts.means;
  if (window >= kTwoDays && baseline != nullptr && !baseline->empty()) {
    trend.seasonal = true;
    for (std::size_t i = 0; i < levels.size(); ++i)
      levels[i] -= baseline->at(parts.times[i])->median;
  }
  const statistics::Observations observed{levels, parts.times};
  const statistics::RobustLine line = statistics::theilSen(observed);
  constexpr double kSecond = 1000;
  constexpr double kSecondsAnHour = 3600;
  trend.change = line.slope * static_cast<double>(window) / kSecond;
  trend.changeAnHour = line.slope * kSecondsAnHour;
  trend.anHour = {line.slopeInterval.lower * kSecondsAnHour,
                  line.slopeInterval.upper * kSecondsAnHour};
  trend.p = statistics::mannKendall(observed).p;
  const double middle =
      (static_cast<double>(parts.times.front()) + static_cast<double>(parts.times.back())) / 2;
  std::vector<double> residuals;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const double x = (static_cast<double>(parts.times[i]) - middle) / kSecond;
    residuals.push_back(levels[i] - line.intercept - line.slope * x);
  }
  trend.noise = statistics::kMadToDeviation * statistics::medianAbsoluteDeviation(residuals);
  trend.trend = classOf(trend, track.signal, levels);
  trend.sentence = sentenceOf(trend, track, window);
  return trend;
}

}  // namespace orchestrator_exporter::analysis
