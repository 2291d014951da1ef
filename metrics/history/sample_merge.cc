#include "metrics/history/sample_merge.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "metrics/history/native_series.h"

namespace orchestrator_exporter::history {

namespace {

// Makes as much room as is asked for, unless that would make it grow in many small steps.
template <typename Value>
void lengthen(std::vector<Value>& values, std::size_t by) {
  const std::size_t size = values.size() + by;
  if (size > values.capacity()) values.reserve(std::max(size, values.size() + values.size() / 2));
  values.resize(size);
}

// Leaves of what is behind `begin` the part that begins so far on and has so many.
template <typename Value>
void keepPart(std::vector<Value>& values, std::size_t begin, std::size_t skipped,
              std::size_t count) {
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
  values.resize(begin + skipped + count);
  values.erase(first, first + static_cast<std::ptrdiff_t>(skipped));
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
  add(chunk.times(), chunk.values(), chunk.positions());
}

// Where they stay, because reading a day of samples is mostly this.
void SampleMerge::add(ColumnReader times, ColumnReader values, std::uint32_t positions) {
  const std::size_t begin = samples_.times.size();
  lengthen(samples_.times, positions);
  lengthen(samples_.values, positions);
  try {
    times.read(std::span(samples_.times).subspan(begin));
    values.read(std::span(samples_.values).subspan(begin));
  } catch (...) {
    samples_.times.resize(begin);
    samples_.values.resize(begin);
    throw;
  }
  keepWanted(begin);
}

void SampleMerge::add(std::span<const TimedSample> samples) {
  for (const TimedSample& sample : samples) {
    if (sample.time > after_ && sample.time <= until_) add(sample.time, sample.value);
  }
}

void SampleMerge::add(std::span<const std::int64_t> times, std::span<const double> values) {
  const std::size_t begin = samples_.times.size();
  lengthen(samples_.times, times.size());
  lengthen(samples_.values, values.size());
  std::ranges::copy(times, samples_.times.begin() + static_cast<std::ptrdiff_t>(begin));
  std::ranges::copy(values, samples_.values.begin() + static_cast<std::ptrdiff_t>(begin));
  keepWanted(begin);
}

// Of the samples from `begin` on those whose time is asked for.
void SampleMerge::keepWanted(std::size_t begin) {
  const std::span<const std::int64_t> times = std::span(samples_.times).subspan(begin);
  const bool ascend = std::ranges::is_sorted(times, std::less_equal());
  std::size_t skipped = 0;
  std::size_t wanted = 0;
  if (ascend) {
    const auto first = std::ranges::upper_bound(times, after_);
    skipped = static_cast<std::size_t>(first - times.begin());
    wanted = static_cast<std::size_t>(std::upper_bound(first, times.end(), until_) - first);
  } else {
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] <= after_ || times[i] > until_) continue;
      samples_.times[begin + wanted] = times[i];
      samples_.values[begin + wanted] = samples_.values[begin + i];
      ++wanted;
    }
  }
  keepPart(samples_.times, begin, skipped, wanted);
  keepPart(samples_.values, begin, skipped, wanted);
  if (wanted == 0) return;
  count(wanted);
  isSorted_ =
      isSorted_ && ascend && (begin == 0 || samples_.times[begin - 1] < samples_.times[begin]);
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

void SampleMerge::begin(SampleColumns room) {
  samples_ = std::move(room);
  samples_.clear();
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
