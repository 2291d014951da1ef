#include "metrics/pipeline/missing_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace orchestrator_exporter::pipeline {

namespace {

bool isStale(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }

// How far most samples are apart; 0 for fewer than two.
std::int64_t usualDistance(const SampleColumns& samples) {
  std::vector<std::int64_t> distances;
  std::optional<std::int64_t> before;
  for (std::size_t i = 0; i < samples.times.size(); ++i) {
    if (isStale(samples.values[i])) continue;
    if (before) distances.push_back(samples.times[i] - *before);
    before = samples.times[i];
  }
  if (distances.empty()) return 0;
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>((distances.size() - 1) / 2);
  std::ranges::nth_element(distances, middle);
  return *middle;
}

// Samples in the making, with what is put between them.
class Filling {
 public:
  Filling(Missing how, std::int64_t maxGap, std::int64_t interval)
      : how_(how), maxGap_(maxGap), interval_(interval) {}

  void add(std::int64_t time, double value, bool mayFill) {
    if (isStale(value)) {
      marker_ = time;
      return;
    }
    const std::int64_t missing = mayFill && !times_.empty() ? missingBefore(time, value) : 0;
    if (missing > 0) {
      fill(time, value, missing);
    } else {
      mark();
    }
    marker_.reset();
    times_.push_back(time);
    values_.push_back(value);
  }

  void finish(SampleColumns& samples) {
    mark();
    samples.times = std::move(times_);
    samples.values = std::move(values_);
  }

  std::vector<std::int64_t> filled() { return std::move(filled_); }

 private:
  std::int64_t missingBefore(std::int64_t time, double value) const {
    const double distance = static_cast<double>(time - times_.back());
    const auto missing =
        static_cast<std::int64_t>(std::round(distance / static_cast<double>(interval_))) - 1;
    const bool isPossible =
        how_ == Missing::kZeroFill || (std::isfinite(value) && std::isfinite(values_.back()));
    return isPossible && missing <= maxGap_ ? missing : 0;
  }

  void fill(std::int64_t time, double value, std::int64_t missing) {
    const std::int64_t begin = times_.back();
    const double from = values_.back();
    for (std::int64_t i = 1; i <= missing; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(missing + 1);
      times_.push_back(begin + (time - begin) * i / (missing + 1));
      values_.push_back(how_ == Missing::kZeroFill ? 0 : std::lerp(from, value, share));
      filled_.push_back(times_.back());
    }
  }

  // The end of a series that was not bridged stays its end.
  void mark() {
    if (!marker_) return;
    times_.push_back(*marker_);
    values_.push_back(std::bit_cast<double>(kStaleBits));
  }

  const Missing how_;
  const std::int64_t maxGap_;
  const std::int64_t interval_;
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
  std::optional<std::int64_t> marker_;  // behind the last sample
  std::vector<std::int64_t> filled_;
};

std::string noteOf(std::uint64_t count, const char* what) {
  return std::to_string(count) + (count == 1 ? " missing value is " : " missing values are ") +
         what + " (pipeline.quality.missing)";
}

}  // namespace

Missing MissingSettings::of(const LabelSet& series) const {
  const auto rule =
      std::ranges::find_if(rules, [&](const Rule& each) { return matchesAny(each.match, series); });
  return rule == rules.end() ? otherwise : rule->how;
}

bool MissingSettings::fillAnything() const {
  return otherwise != Missing::kDiscard ||
         std::ranges::any_of(rules, [](const Rule& rule) { return rule.how != Missing::kDiscard; });
}

std::vector<std::int64_t> fillGaps(SampleColumns& samples, Missing how,
                                   const MissingSettings& settings, std::int64_t after) {
  const std::int64_t interval = std::max(settings.interval.count(), usualDistance(samples));
  Filling filling(how, settings.maxGap, interval);
  for (std::size_t i = 0; i < samples.times.size(); ++i) {
    const std::int64_t time = samples.times[i];
    filling.add(time, samples.values[i], time > after);
  }
  filling.finish(samples);
  return filling.filled();
}

bool FilledHistory::isGauge(std::string_view name) const {
  if (name.find(':') != std::string_view::npos) return true;
  if (!gauges_) {
    gauges_.emplace();
    for (MetricMetadata& each : history_.metadata()) {
      if (each.type == MetricType::kGauge) gauges_->insert(std::move(each.family));
    }
  }
  return gauges_->contains(name);
}

SampleColumns FilledHistory::filled(SampleColumns samples, const LabelSet& labels,
                                    const Selection& asked, std::int64_t coarseUntil) const {
  const Missing how = settings_.of(labels);
  if (how == Missing::kDiscard || !isGauge(labels.get("__name__"))) return samples;
  const auto times = fillGaps(samples, how, settings_, coarseUntil);
  const auto count = static_cast<std::uint64_t>(std::ranges::count_if(
      times, [&](std::int64_t time) { return time > asked.after && time <= asked.until; }));
  (how == Missing::kZeroFill ? zeros_ : interpolated_) += count;
  return samples;
}

Selected FilledHistory::select(const Selection& selection, std::size_t maxSamples) const {
  // What is beyond the ends of what is asked for tells of gaps there.
  const std::int64_t margin = (settings_.maxGap + 1) * settings_.interval.count();
  Selection wider = selection;
  if (selection.after > Selection::kOldest + margin) wider.after -= margin;
  if (selection.until < Selection::kNewest - margin) wider.until += margin;
  Selected selected = history_.select(wider, maxSamples);
  const std::int64_t coarseUntil =
      selected.coarse.empty() ? Selection::kOldest : selected.coarse.back().until;
  Selection asked;
  asked.after = selection.after;
  asked.until = selection.until;
  for (SelectedSeries& series : selected.series) {
    series.samples = SelectedSamples([this, packed = series.samples, labels = series.labels, asked,
                                      coarseUntil](SampleColumns room) {
      return filled(packed.take(std::move(room)), *labels, asked, coarseUntil);
    });
  }
  return selected;
}

void MissingValues::set(MissingSettings settings) {
  auto next = settings.fillAnything() ? std::make_shared<const MissingSettings>(std::move(settings))
                                      : nullptr;
  if (next != nullptr) wasSet_ = true;
  const std::lock_guard lock(mutex_);
  settings_ = std::move(next);
}

std::shared_ptr<const MissingSettings> MissingValues::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

std::vector<std::string> MissingValues::note(const FilledHistory& history) {
  interpolated_ += history.interpolated();
  zeros_ += history.zeros();
  std::vector<std::string> notes;
  if (history.interpolated() > 0) notes.push_back(noteOf(history.interpolated(), "interpolated"));
  if (history.zeros() > 0) notes.push_back(noteOf(history.zeros(), "taken for zero"));
  return notes;
}

void MissingValues::collect(Sink& out) const {
  if (!wasSet_) return;
  const auto counts = out.counter("pipeline_missing_values_total",
                                  "Missing values that were filled in for queries, by how.");
  counts.add(static_cast<double>(interpolated_), {{"how", "interpolate"}});
  counts.add(static_cast<double>(zeros_), {{"how", "zero-fill"}});
}

}  // namespace orchestrator_exporter::pipeline
