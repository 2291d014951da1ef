#include "metrics/history/columns/timed_histograms.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

constexpr std::size_t kSamplesOfChunk = 60;

bool overlap(const HistogramChunk& chunk, std::int64_t from, std::int64_t until) {
  return chunk.first() <= until && chunk.last() >= from;
}

}  // namespace

void HistogramChunk::appendTo(std::vector<TimedHistogram>& out) const {
  HistogramReader histograms(bytes_);
  for (const std::int64_t time : times_) {
    out.push_back({time, std::make_shared<FloatHistogram>(histograms.next())});
  }
}

HistogramPointer withoutBelief(const HistogramPointer& histogram) {
  using Hint = FloatHistogram::Hint;
  const Hint hint = histogram->hint;
  if (hint != Hint::kNotReset && hint != Hint::kReset) return histogram;
  auto copy = std::make_shared<FloatHistogram>(*histogram);
  copy->hint = FloatHistogram::Hint::kUnknown;
  return copy;
}

AppendResult TimedHistograms::compare(const HistogramPointer& kept, const HistogramPointer& value) {
  return *kept == *value ? AppendResult::kSame : AppendResult::kConflict;
}

AppendResult TimedHistograms::append(const TimedHistogram& given, std::int64_t window) {
  const TimedHistogram sample{given.time, withoutBelief(given.histogram)};
  if (hasNewest() && sample.time == newest_.time) {
    return compare(newest_.histogram, sample.histogram);
  }
  if (isLate(sample.time)) {
    if (newest_.time - sample.time > window) return AppendResult::kTooOld;
    return insertLate(sample);
  }
  appendInOrder(sample);
  return AppendResult::kAppended;
}

void TimedHistograms::appendInOrder(const TimedHistogram& sample) {
  if (times_.size() == kSamplesOfChunk) closeOpen();
  times_.push_back(sample.time);
  open_.append(*sample.histogram);
  newest_ = sample;
}

void TimedHistograms::closeOpen() {
  closed_.push_back(closedOpen());
  times_.clear();
  open_.clear();
}

AppendResult TimedHistograms::insertLate(const TimedHistogram& sample) {
  if (const auto kept = valueAt(sample.time)) return compare(kept, sample.histogram);
  late_.insert(std::ranges::lower_bound(late_, sample.time, {}, &TimedHistogram::time), sample);
  if (late_.size() == kSamplesOfChunk) {
    closed_.push_back(closedLate());
    late_.clear();
  }
  return AppendResult::kAppended;
}

HistogramPointer TimedHistograms::valueAt(std::int64_t time) const {
  if (hasNewest() && time == newest_.time) return newest_.histogram;
  std::vector<TimedHistogram> samples;
  for (const auto& chunk : chunks(time, time)) chunk->appendTo(samples);
  const auto found = std::ranges::find(samples, time, &TimedHistogram::time);
  return found == samples.end() ? nullptr : found->histogram;
}

void TimedHistograms::forget(std::span<const TimedHistogram> samples) {
  std::vector<TimedHistogram> held;
  for (const auto& chunk :
       chunks(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max())) {
    chunk->appendTo(held);
  }
  std::ranges::sort(held, {}, &TimedHistogram::time);
  const TimedHistogram newest = newest_;
  TimedHistograms left;
  for (const TimedHistogram& sample : held) {
    if (!std::ranges::binary_search(samples, sample.time, {}, &TimedHistogram::time)) {
      left.appendInOrder(sample);
    }
  }
  *this = std::move(left);
  // What comes later may be older than what was forgotten, so that the open chunk stays closed.
  if (!times_.empty()) closeOpen();
  follow(newest);
}

std::shared_ptr<const HistogramChunk> TimedHistograms::closedOpen() const {
  return std::make_shared<HistogramChunk>(times_, open_);
}

std::shared_ptr<const HistogramChunk> TimedHistograms::closedLate() const {
  std::vector<std::int64_t> times;
  HistogramWriter histograms;
  for (const TimedHistogram& sample : late_) {
    times.push_back(sample.time);
    histograms.append(*sample.histogram);
  }
  return std::make_shared<HistogramChunk>(std::move(times), histograms);
}

std::vector<std::shared_ptr<const HistogramChunk>> TimedHistograms::chunks(
    std::int64_t from, std::int64_t until) const {
  std::vector<std::shared_ptr<const HistogramChunk>> found;
  const auto add = [&](std::shared_ptr<const HistogramChunk> chunk) {
    if (overlap(*chunk, from, until)) found.push_back(std::move(chunk));
  };
  for (const auto& chunk : closed_) add(chunk);
  if (!times_.empty()) add(closedOpen());
  if (!late_.empty()) add(closedLate());
  return found;
}

void TimedHistograms::expire(std::int64_t cutoff) {
  std::erase_if(closed_, [&](const auto& chunk) { return chunk->last() < cutoff; });
  std::erase_if(late_, [&](const TimedHistogram& sample) { return sample.time < cutoff; });
  if (newest_.histogram != nullptr && newest_.time < cutoff) {
    times_.clear();
    open_.clear();
  }
}

bool TimedHistograms::empty() const { return closed_.empty() && late_.empty() && times_.empty(); }

std::size_t TimedHistograms::heldBytes() const {
  std::size_t bytes = sizeof *this + open_.heldBytes() + times_.capacity() * sizeof(std::int64_t);
  for (const TimedHistogram& sample : late_) {
    bytes += sizeof sample + sample.histogram->weight() * sizeof(double);
  }
  for (const auto& chunk : closed_) bytes += chunk->heldBytes();
  return bytes;
}

}  // namespace orchestrator_exporter::history
