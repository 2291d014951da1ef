#include "metrics/pipeline/quality.h"

#include <algorithm>
#include <cmath>

#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::pipeline {

namespace {

constexpr std::size_t kKeptDelays = 1024;
// A series that has not come for so long has ended.
constexpr std::chrono::hours kEnded{1};

}  // namespace

void Quality::observe(const Observed& sample) {
  const std::lock_guard lock(mutex_);
  ++accuracy_.all;
  if (!std::isfinite(sample.value)) {
    ++notFinite_;
  } else if (sample.isInRange) {
    ++accuracy_.good;
  } else {
    ++outOfRange_;
  }
  if (sample.isOutlier) ++outliers_;
  ++consistency_.all;
  if (isConsistent(sample)) ++consistency_.good;
}

bool Quality::isConsistent(const Observed& sample) {
  const Last now{sample.time, sample.type, sample.value, sample.created};
  const auto [known, isNew] = observed_.try_emplace(sample.labels, now);
  if (isNew) return true;
  const Last before = known->second;
  if (sample.time <= before.time) {
    // The newest stays what the next one is held against; the same again contradicts nothing.
    return sample.time == before.time && sample.value == before.value && sample.type == before.type;
  }
  known->second = now;
  if (sample.type != before.type) return false;
  const bool isCounter =
      sample.type == MetricType::kCounter || sample.type == MetricType::kHistogram;
  return !isCounter || sample.value >= before.value || sample.created != before.created;
}

void Quality::store(const LabelSet& labels, Time time, Time storedAt,
                    std::chrono::milliseconds interval) {
  const std::lock_guard lock(mutex_);
  forget(time);
  const auto [known, isNew] =
      stored_.try_emplace(labels, Life{time, time, std::max(interval, interval_)});
  Life& life = known->second;
  if (isNew || time > life.last) {
    life.last = time;
    ++life.stored;
  }
  ++timeliness_.all;
  const auto delay = storedAt - time;
  if (delay <= interval_) ++timeliness_.good;
  const double seconds = std::chrono::duration<double>(delay).count();
  if (delays_.size() < kKeptDelays) {
    delays_.push_back(seconds);
  } else {
    delays_[nextDelay_] = seconds;
    nextDelay_ = (nextDelay_ + 1) % kKeptDelays;
  }
}

Quality::Share Quality::lifeOf(const Life& life) {
  const double intervals =
      std::round(std::chrono::duration<double>(life.last - life.first) / life.interval);
  // Readings may come a little earlier than due.
  return {life.stored, std::max(life.stored, static_cast<std::uint64_t>(intervals) + 1)};
}

void Quality::forget(Time time) {
  if (time < forgot_ + std::chrono::minutes(1)) return;
  forgot_ = time;
  std::erase_if(observed_, [&](const auto& known) { return known.second.time < time - kEnded; });
  std::erase_if(stored_, [&](const auto& known) {
    if (known.second.last >= time - kEnded) return false;
    const Share share = lifeOf(known.second);
    ended_.good += share.good;
    ended_.all += share.all;
    return true;
  });
}

Quality::Report Quality::report() const {
  const std::lock_guard lock(mutex_);
  Report report;
  report.completeness = ended_;
  for (const auto& [labels, life] : stored_) {
    const Share share = lifeOf(life);
    report.completeness.good += share.good;
    report.completeness.all += share.all;
  }
  report.accuracy = accuracy_;
  report.notFinite = notFinite_;
  report.outOfRange = outOfRange_;
  report.outliers = outliers_;
  report.consistency = consistency_;
  report.timeliness = timeliness_;
  if (!delays_.empty()) {
    constexpr double kNinetyFive = 0.95;
    report.delayP95 = std::chrono::duration<double>(statistics::quantile(delays_, kNinetyFive));
  }
  return report;
}

}  // namespace orchestrator_exporter::pipeline
