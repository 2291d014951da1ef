#include "metrics/analysis/anomalies.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/statistics/distributions.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kMinute = 60'000;

double distance(double value, double centre, double deviation) {
  if (value == centre) return 0;
  return deviation > 0 ? (value - centre) / deviation : std::copysign(kInfinity, value - centre);
}

double likelihoodOf(double z) {
  const double likelihood = 1 - statistics::normalTail(z);
  return std::log(1.0000000001 - likelihood) / -23.03;
}

DetectorReading reading(std::string_view name, double value, double limit) {
  const double score = std::isnan(value) ? 0 : std::min(1.0, kAnomalous * value / limit);
  return {name, value, limit, score};
}

// Samples before a place that are not older than `age` ms, and not younger than `until` ms.
std::vector<double> before(const Track& track, std::size_t at, std::int64_t age,
                           std::int64_t until) {
  const std::int64_t now = track.times[at];
  std::vector<double> values;
  for (std::size_t i = at; i-- > 0 && track.times[i] > now - age;) {
    if (track.times[i] <= now - until && !std::isnan(track.values[i])) {
      values.push_back(track.values[i]);
    }
  }
  return values;
}

double zScore(const Track& track, std::size_t at) {
  constexpr std::size_t kLeast = 10;
  const std::vector<double> hour = before(track, at, 75 * kMinute, 15 * kMinute);
  if (hour.size() < kLeast) return kNaN;
  const double mean = statistics::mean(hour);
  return std::fabs(distance(track.values[at], mean, statistics::standardDeviation(hour)));
}

}  // namespace

double AnomalyScorer::Stream::add(double value) {
  last.push_back(value);
  if (last.size() > kShort) last.erase(last.begin());
  const statistics::Moments moments = past.moments();
  past.add(value);
  if (moments.n() < 2) return 0;
  return distance(statistics::mean(last), moments.mean(), moments.standardDeviation());
}

AnomalyScore AnomalyScorer::add(double value, const std::function<bool()>& matters) {
  constexpr std::size_t kLeastKnown = 100;
  constexpr double kTolerance = 0.05;
  constexpr std::size_t kEvent = 60;
  AnomalyScore result;
  if (!std::isfinite(value)) return result;
  ++known_;
  const double z = values_.add(value);
  const double jump = known_ > 1 ? jumps_.add(std::fabs(value - before_)) : 0;
  const double slack = kTolerance * (most_ - least_);
  const bool isBeyond = known_ > 1 && (value > most_ + slack || value < least_ - slack);
  least_ = known_ == 1 ? value : std::min(least_, value);
  most_ = known_ == 1 ? value : std::max(most_, value);
  before_ = value;
  if (known_ < kLeastKnown) return result;

  result.likelihood = std::clamp(likelihoodOf(std::max(std::fabs(z), jump)), 0.0, 1.0);
  result.range = isBeyond ? 1 : 0;
  result.detector = result.range >= result.likelihood ? "range" : "likelihood";
  result.score = std::max(result.likelihood, result.range);
  const bool isQuiet = quiet_ > 0;
  if (isQuiet) --quiet_;
  if (isQuiet || (result.score >= kAnomalous && !matters())) {
    constexpr double kBelow = 0.4999;
    result.score = std::min(result.score / 2, kBelow);
  } else if (result.score >= kAnomalous) {
    quiet_ = kEvent;
  }
  return result;
}

std::vector<DetectorReading> detectorReadings(const Track& track, std::size_t at,
                                              const AnomalyScore& score, const Baseline* baseline) {
  constexpr double kZLimit = 3;
  constexpr double kIqrLimit = 1.5;
  constexpr double kMadLimit = 3.5;
  constexpr double kMadToZ = 0.6745;
  constexpr std::size_t kLeast = 10;
  const double value = track.values[at];
  std::vector<DetectorReading> readings = {reading("zscore", zScore(track, at), kZLimit)};

  std::vector<double> day = before(track, at, 24 * 60 * kMinute, 0);
  double iqr = kNaN;
  double mad = kNaN;
  if (day.size() >= kLeast) {
    std::sort(day.begin(), day.end());
    const double q25 = statistics::quantileOfSorted(day, 0.25);
    const double q75 = statistics::quantileOfSorted(day, 0.75);
    if (q75 > q25) iqr = std::max({0.0, q25 - value, value - q75}) / (q75 - q25);
    const double spread = statistics::medianAbsoluteDeviation(day);
    if (spread > 0) {
      mad = kMadToZ * std::fabs(value - statistics::quantileOfSorted(day, 0.5)) / spread;
    }
  }
  readings.push_back(reading("iqr", iqr, kIqrLimit));
  readings.push_back(reading("mad", mad, kMadLimit));
  const Cell* cell = baseline == nullptr ? nullptr : baseline->at(track.times[at]);
  double seasonal = kNaN;
  if (cell != nullptr && cell->mad > 0) {
    seasonal = std::fabs(value - cell->median) / (statistics::kMadToDeviation * cell->mad);
  }
  readings.push_back(reading("seasonal", seasonal, kMadLimit));
  readings.push_back({"likelihood", score.likelihood, kAnomalous, score.likelihood});
  readings.push_back({"range", score.range, 1, score.range});
  return readings;
}

bool matters(const Track& track, std::size_t at) {
  if (track.signal.leastChange == 0 && track.signal.leastShare == 0) return true;
  const double usual = statistics::median(before(track, at, 24 * 60 * kMinute, 1));
  return !(std::fabs(track.values[at] - usual) < track.signal.leastChangeAt(usual));
}

std::vector<AnomalyScore> scoresOf(const Track& track) {
  AnomalyScorer scorer;
  std::vector<AnomalyScore> scores;
  scores.reserve(track.values.size());
  for (std::size_t i = 0; i < track.values.size(); ++i) {
    scores.push_back(scorer.add(track.values[i], [&] { return matters(track, i); }));
  }
  return scores;
}

std::vector<Anomaly> anomaliesOf(const Track& track, std::span<const AnomalyScore> scores,
                                 std::int64_t from, const Baseline* baseline) {
  std::vector<Anomaly> anomalies;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (track.times[i] < from || scores[i].score < kAnomalous) continue;
    anomalies.push_back({track.times[i], track.values[i], scores[i],
                         detectorReadings(track, i, scores[i], baseline)});
  }
  return anomalies;
}

}  // namespace orchestrator_exporter::analysis
