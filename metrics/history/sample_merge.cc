#include "metrics/history/sample_merge.h"

#include <algorithm>
#include <utility>

#include "metrics/history/native_series.h"

namespace orchestrator_exporter::history {

namespace {

constexpr std::size_t kUsualChunk = 128;  // samples

// Exactly as much as is asked for, unless that would make it grow in many small steps.
template <typename Value>
void makeRoom(std::vector<Value>& values, std::size_t more) {
  if (values.capacity() - values.size() >= more) return;
  values.reserve(std::max(values.size() + more, values.size() + values.size() / 2));
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
  std::vector<TimedSample> samples;
  samples.reserve(kUsualChunk);
  chunk.appendTo(samples);
  add(samples);
}

// All at once, because reading a day of samples is mostly this.
void SampleMerge::add(std::span<const TimedSample> samples) {
  const auto isWanted = [this](const TimedSample& sample) {
    return sample.time > after_ && sample.time <= until_;
  };
  const auto wanted = static_cast<std::size_t>(std::ranges::count_if(samples, isWanted));
  if (wanted == 0) return;
  count(wanted);
  std::int64_t before = samples_.times.empty() ? Selection::kOldest : samples_.times.back();
  makeRoom(samples_.times, wanted);
  makeRoom(samples_.values, wanted);
  for (const TimedSample& sample : samples) {
    if (!isWanted(sample)) continue;
    isSorted_ = isSorted_ && before < sample.time;
    before = sample.time;
    samples_.times.push_back(sample.time);
    samples_.values.push_back(sample.value);
  }
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
