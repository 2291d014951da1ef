#include "metrics/analysis/findings/watched.h"

#include <cmath>
#include <limits>
#include <utility>

#include "metrics/analysis/texts.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr std::int64_t kMinute = WatchedSeries::kMinute;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kKept = kDay + 75 * kMinute;  // by minutes
constexpr std::size_t kSlack = 256;  // old samples are taken away that many at a time

std::size_t outdated(const Track& track, std::int64_t age) {
  std::size_t count = 0;
  while (count < track.times.size() && track.times[count] <= track.times.back() - age) ++count;
  return count < kSlack ? 0 : count;
}

void dropFirst(Track& track, std::size_t count) {
  track.times.erase(track.times.begin(), track.times.begin() + static_cast<std::ptrdiff_t>(count));
  track.values.erase(track.values.begin(),
                     track.values.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

WatchedSeries::WatchedSeries(const Track& track, std::size_t signal, std::size_t turn, Zone zone)
    : signal_(signal), turn_(turn), zone_(std::move(zone)) {
  minutes_.signal = track.signal;
  minutes_.labels = track.labels;
  fives_.signal = track.signal;
}

void WatchedSeries::learn(const Track& minutes, const Track& fives) {
  for (std::size_t i = 0; i < minutes.times.size(); ++i) take(minutes.times[i], minutes.values[i]);
  fives_.times = fives.times;
  fives_.values = fives.values;
  isAnomalousFive_.assign(fives_.times.size(), false);
  five_ = {};
  if (!minutes.times.empty()) renew(minutes.times.back());
}

void WatchedSeries::setBaseline(Baseline baseline) {
  baseline_ = std::make_shared<const Baseline>(std::move(baseline));
}

void WatchedSeries::take(std::int64_t time, double value) {
  minutes_.times.push_back(time);
  minutes_.values.push_back(value);
  dropFirst(minutes_, outdated(minutes_, kKept));
  if (!std::isnan(value)) lastValue_ = time;
  score_ = scorer_.add(value, [&] { return matters(minutes_, minutes_.times.size() - 1); });
  addToFives(time, value, score_.score >= kAnomalous);
}

void WatchedSeries::addToFives(std::int64_t time, double value, bool isAnomalous) {
  const std::int64_t begin = time - time % Baseline::kStep;
  if (!fives_.times.empty() && fives_.times.back() == begin) {
    five_.add(value);
    fiveIsAnomalous_ = fiveIsAnomalous_ || isAnomalous;
    fives_.values.back() = five_.mean();
    isAnomalousFive_.back() = fiveIsAnomalous_;
    return;
  }
  five_ = {};
  five_.add(value);
  fiveIsAnomalous_ = isAnomalous;
  fives_.times.push_back(begin);
  fives_.values.push_back(five_.mean());
  isAnomalousFive_.push_back(isAnomalous);
  const std::size_t old = outdated(fives_, Baseline::kSpan);
  dropFirst(fives_, old);
  isAnomalousFive_.erase(isAnomalousFive_.begin(),
                         isAnomalousFive_.begin() + static_cast<std::ptrdiff_t>(old));
}

void WatchedSeries::renew(std::int64_t time) {
  setBaseline(Baseline(fives_, zone_, [&](std::size_t i) { return isAnomalousFive_[i]; }));
  renewed_ = true;
  regression_ = againstEarlierWeeks(fives_, zone_);
  day_ = forecastOf(fives_, kDay);
  hour_ = forecastOf(fives_, kHour);
  trend_ = trendOf(minutes_, time, kHour, baseline_.get());
}

void WatchedSeries::add(std::int64_t time, double value,
                        const std::function<void(const std::string&)>& tell) {
  take(time, value);
  constexpr std::int64_t kShortTurn = 5;
  constexpr std::int64_t kLongTurn = 60;
  const std::int64_t minute = time / kMinute + static_cast<std::int64_t>(turn_);
  if (minute % kLongTurn == 0) {
    renew(time);
  } else {
    if (minute % kShortTurn == 0) hour_ = forecastOf(fives_, kHour);
    trend_ = trendOf(minutes_, time, kHour, baseline_.get());
  }
  report(time, value, tell);
}

void WatchedSeries::report(std::int64_t time, double value,
                           const std::function<void(const std::string&)>& tell) {
  const auto line = [&](const char* finding, const char* event, const std::string& more) {
    tell(std::string("finding=") + finding + " event=" + event + " signal=" + minutes_.signal.name +
         more);
  };
  if (score_.score >= kAnomalous) {
    anomalies_.push_back(
        {time, value, score_,
         detectorReadings(minutes_, minutes_.times.size() - 1, score_, baseline_.get())});
    if (anomalousUntil_ == 0) {
      line("anomaly", "begin",
           " value=" + valueWords(value) + " score=" + valueWords(score_.score) +
               " detector=" + std::string(score_.detector));
    }
    anomalousUntil_ = time + kHour;
  } else if (anomalousUntil_ != 0 && time >= anomalousUntil_) {
    anomalousUntil_ = 0;
    line("anomaly", "end", " value=" + valueWords(value));
  }
  std::erase_if(anomalies_, [&](const Anomaly& one) { return one.time <= time - kDay; });
  const bool degrades = trend_.trend == TrendClass::kDegrading;
  if (degrades != degrades_) {
    degrades_ = degrades;
    line("degrading", degrades ? "begin" : "end", " text=\"" + trend_.sentence + "\"");
  }
  if (baseline_ == nullptr || std::isnan(value)) return;
  const auto direction = shifts_.add(time, value, *baseline_);
  if (direction == statistics::Cusum::Direction::kNone) return;
  line("shift", "begin",
       std::string(" direction=") +
           (direction == statistics::Cusum::Direction::kUp ? "up" : "down") +
           " value=" + valueWords(value));
}

bool WatchedSeries::isGone(std::int64_t now) const { return lastValue_ < now - kDay; }

SignalFinding WatchedSeries::finding() const {
  SignalFinding finding{
      .name = {}, .signal = minutes_.signal, .labels = minutes_.labels, .trend = trend_};
  finding.support = statistics::supportOf(minutes_.observations());
  finding.last =
      minutes_.values.empty() ? std::numeric_limits<double>::quiet_NaN() : minutes_.values.back();
  finding.forecasts = {{kHour, hour_}, {kDay, day_}};
  finding.anomalies = anomalies_;
  finding.score = score_;
  if (!minutes_.times.empty()) {
    finding.readings =
        detectorReadings(minutes_, minutes_.times.size() - 1, score_, baseline_.get());
  }
  finding.baseline = baseline_;
  finding.regression = regression_;
  return finding;
}

}  // namespace orchestrator_exporter::analysis
