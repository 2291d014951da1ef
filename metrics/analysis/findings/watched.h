#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "metrics/analysis/findings/findings.h"
#include "metrics/statistics/moments.h"

namespace orchestrator_exporter::analysis {

// One series of a signal as it is watched, minute by minute. For one thread at a time.
class WatchedSeries {
 public:
  static constexpr std::int64_t kMinute = 60'000;
  static constexpr std::int64_t kLearning = 3000 * kMinute;  // what the scores stand on

  // `turn` spreads the work of several series over the hour.
  WatchedSeries(const Track& track, std::size_t signal, std::size_t turn, Zone zone);

  std::size_t signal() const { return signal_; }
  const LabelSet& labels() const { return minutes_.labels; }
  const Track& track() const { return minutes_; }

  // What was before it is watched: each minute, and by five minutes. Nothing is told of it.
  void learn(const Track& minutes, const Track& fives);
  void setBaseline(Baseline baseline);

  // The next minute's value, NaN if there is none. `tell` gets a line for what begins or ends.
  void add(std::int64_t time, double value, const std::function<void(const std::string&)>& tell);
  // Whether a baseline was made since this was last asked.
  bool takeRenewed() { return std::exchange(renewed_, false); }

  SignalFinding finding() const;
  // Whether it had no value for a day.
  bool isGone(std::int64_t now) const;

 private:
  void take(std::int64_t time, double value);
  void addToFives(std::int64_t time, double value, bool isAnomalous);
  void renew(std::int64_t time);
  void report(std::int64_t time, double value, const std::function<void(const std::string&)>& tell);

  const std::size_t signal_;
  const std::size_t turn_;
  const Zone zone_;
  Track minutes_;
  Track fives_;
  std::vector<bool> isAnomalousFive_;
  statistics::Moments five_;
  bool fiveIsAnomalous_ = false;
  AnomalyScorer scorer_;
  AnomalyScore score_;
  std::vector<Anomaly> anomalies_;
  ShiftWatch shifts_;
  std::shared_ptr<const Baseline> baseline_;
  bool renewed_ = false;
  Regression regression_;
  Trend trend_;
  Forecast hour_;
  Forecast day_;
  std::int64_t lastValue_ = 0;
  std::int64_t anomalousUntil_ = 0;  // 0: no anomaly lasts
  bool degrades_ = false;
};

}  // namespace orchestrator_exporter::analysis
