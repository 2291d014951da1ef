#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/analysis/baselines.h"
#include "metrics/analysis/tracks.h"
#include "metrics/statistics/sliding_moments.h"

namespace orchestrator_exporter::analysis {

inline constexpr double kAnomalous = 0.5;  // the least score of an anomaly

// How unusual one sample is, 0..1, told by the samples before it alone.
struct AnomalyScore {
  double score = 0;
  std::string_view detector = {};  // likelihood or range, which of them said so; empty for 0
  double likelihood = 0;           // each as it is before an event's later samples count half
  double range = 0;
};

// Scores the samples of one series as they come.
//   likelihood  how far the mean of the last 10 is from what the 3,000 samples before this one say,
//               of the values (either way) and of their jumps (upwards): the tail Q of that many
//               deviations as ln(1.0000000001 - L) / -23.03, L = 1 - Q; the larger of the two
//   range       1 beyond the range ever seen by over 5 % of it
// The score is the larger; 0 while fewer than 100 samples are known. Within 60 samples after one of
// 0.5 or more, further ones count half and stay below 0.5: one event is one report. So do those
// that do not matter. If the 3,000 are all the same, any change is certain. A NaN is no sample: its
// score is 0 and it changes nothing.
class AnomalyScorer {
 public:
  // `matters` is asked only of a sample that would be an anomaly.
  AnomalyScore add(
      double value, const std::function<bool()>& matters = [] { return true; });

 private:
  static constexpr std::size_t kLong = 3000;
  static constexpr std::size_t kShort = 10;

  // The values, or the jumps: the past of them and the last ten.
  struct Stream {
    statistics::SlidingMoments past{kLong};
    std::vector<double> last = {};  // at most kShort, the oldest first

    // Deviations of the last ten's mean from the past, with this value; then takes it in.
    double add(double value);
  };

  Stream values_;
  Stream jumps_;
  std::size_t known_ = 0;
  double before_ = 0;
  double least_ = 0;
  double most_ = 0;
  std::size_t quiet_ = 0;  // samples left that count half
};

// What one detector says of a sample: at `limit` it speaks up.
struct DetectorReading {
  std::string_view name;  // zscore, iqr, mad, seasonal, likelihood, range
  double value = 0;       // in the detector's own measure; NaN if it can tell nothing
  double limit = 0;
  double score = 0;  // 0..1: 0.5 at the limit; 0 if it can tell nothing
};

// All detectors on the sample at place `at` of a track, by the samples before it: the z-score by
// the hour that ended 15 minutes ago, iqr and mad by 24 hours, seasonal by the baseline's cell.
std::vector<DetectorReading> detectorReadings(const Track& track, std::size_t at,
                                              const AnomalyScore& score, const Baseline* baseline);

// A sample that is an anomaly.
struct Anomaly {
  std::int64_t time = 0;
  double value = 0;
  AnomalyScore score;
  std::vector<DetectorReading> readings;
};

// Whether the sample at place `at` is as far from the median of the 24 hours before it as a person
// cares about; always where the signal says nothing of that.
bool matters(const Track& track, std::size_t at);

// The scores of all samples of a track, one for each.
std::vector<AnomalyScore> scoresOf(const Track& track);
// The anomalies among its samples from `from` on, by their scores.
std::vector<Anomaly> anomaliesOf(const Track& track, std::span<const AnomalyScore> scores,
                                 std::int64_t from, const Baseline* baseline);

}  // namespace orchestrator_exporter::analysis
