#include "metrics/history/sample_merge.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "metrics/history/native_series.h"

namespace orchestrator_exporter::history {

namespace {

// Makes as much room as is asked for, unless that would make it grow in many small steps.
template <typename Value>
void append(std::span<const Value> more, std::vector<Value>& values) {
  const std::size_t size = values.size() + more.size();
  if (size > values.capacity()) values.reserve(std::max(size, values.size() + values.size() / 2));
  values.insert(values.end(), more.begin(), more.end());
}

}  // namespace

void SampleMerge::add(std::int64_t time, double value) {
  count(1);
  isSorted_ = isSorted_ && (samples_.times.empty() || samples_.times.back() < time);
  samples_.times.push_back(time);
  samples_.values.push_back(value);
}

void SampleMerge::count(std::size_t samples) {
  if (samples > most_ - count_) {
    throw TooManySamples("the selection has more samples than may be read");
  }
  count_ += samples;
}

void SampleMerge::add(ColumnReader& column, const std::vector<std::int64_t>& times) {
  if (times.empty() || times.back() <= after_ || times.front() > until_) return;
  while (column.next() && column.position() < times.size()) {
    const std::int64_t time = times[column.position()];
    if (time > until_) return;
    if (time > after_) add(time, column.value());
  }
}

void SampleMerge::add(const TimedChunk& chunk) {
  chunk.read(times_, values_);
  add(times_, values_);
}

void SampleMerge::add(std::span<const TimedSample> samples) {
  for (const TimedSample& sample : samples) {
    if (sample.time > after_ && sample.time <= until_) add(sample.time, sample.value);
  }
}

// All at once, because reading a day of samples is mostly this.
void SampleMerge::add(std::span<const std::int64_t> times, std::span<const double> values) {
  if (!std::ranges::is_sorted(times, std::less_equal())) {
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] > after_ && times[i] <= until_) add(times[i], values[i]);
    }
    return;
  }
  const auto first = std::ranges::upper_bound(times, after_);
  const auto skipped = static_cast<std::size_t>(first - times.begin());
  const auto wanted =
      static_cast<std::size_t>(std::upper_bound(first, times.end(), until_) - first);
  if (wanted == 0) return;
  count(wanted);
  isSorted_ = isSorted_ && (samples_.times.empty() || samples_.times.back() < *first);
  append(times.subspan(skipped, wanted), samples_.times);
  append(values.subspan(skipped, wanted), samples_.values);
}

void SampleMerge::add(const SampleColumns& samples) {
  add(samples.times, samples.values);
  for (std::size_t i = 0; i < samples.histograms.times.size(); ++i) {
    const TimedHistogram one{samples.histograms.times[i], samples.histograms.values[i]};
    add(std::span(&one, 1));
  }
}

void SampleMerge::take(SampleColumns&& samples) {
  count(samples.times.size());
  samples_.times = std::move(samples.times);
  samples_.values = std::move(samples.values);
  add(samples);
}

void SampleMerge::reserve(std::size_t samples) {
  samples = std::min(samples, most_);
  samples_.times.reserve(samples);
  samples_.values.reserve(samples);
}

void SampleMerge::add(const HistogramChunk& chunk) {
  std::vector<TimedHistogram> samples;
  chunk.appendTo(samples);
  add(samples);
}

void SampleMerge::add(std::span<const TimedHistogram> samples) {
  for (const TimedHistogram& sample : samples) {
    if (sample.time <= after_ || sample.time > until_) continue;
    if (isStale(*sample.histogram)) {
      add(sample.time, sample.histogram->sum);
      continue;
    }
    count(sample.histogram->weight());
    histograms_.push_back(sample);
  }
}

SampleColumns SampleMerge::finish() {
  std::ranges::stable_sort(histograms_, {}, &TimedHistogram::time);
  const auto twice = std::ranges::unique(histograms_, {}, &TimedHistogram::time);
  histograms_.erase(twice.begin(), twice.end());
  for (TimedHistogram& sample : histograms_) {
    samples_.histograms.times.push_back(sample.time);
    samples_.histograms.values.push_back(std::move(sample.histogram));
  }
  if (isSorted_) return std::move(samples_);
  std::vector<TimedSample> all;
  for (std::size_t i = 0; i < samples_.times.size(); ++i) {
    all.push_back({samples_.times[i], samples_.values[i]});
  }
  std::ranges::stable_sort(all, {}, &TimedSample::time);
  const auto repeated = std::ranges::unique(all, {}, &TimedSample::time);
  all.erase(repeated.begin(), repeated.end());
  SampleColumns sorted;
  sorted.histograms = std::move(samples_.histograms);
  for (const TimedSample& sample : all) {
    sorted.times.push_back(sample.time);
    sorted.values.push_back(sample.value);
  }
  return sorted;
}

}  // namespace orchestrator_exporter::history
