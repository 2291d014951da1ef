#include "metrics/history/columns/timed_histograms.h"

#include <algorithm>
#include <iterator>

namespace orchestrator_exporter::history {

namespace {

constexpr std::size_t kSamplesOfChunk = 60;

AppendResult compare(const TimedHistogram& kept, const TimedHistogram& sample) {
  return *kept.histogram == *sample.histogram ? AppendResult::kSame : AppendResult::kConflict;
}

bool overlap(const HistogramChunk& chunk, std::int64_t from, std::int64_t until) {
  return chunk.first() <= until && chunk.last() >= from;
}

TimedHistogram withoutBelief(const TimedHistogram& sample) {
  using Hint = FloatHistogram::Hint;
  const Hint hint = sample.histogram->hint;
  if (hint != Hint::kNotReset && hint != Hint::kReset) return sample;
  auto copy = std::make_shared<FloatHistogram>(*sample.histogram);
  copy->hint = FloatHistogram::Hint::kUnknown;
  return {sample.time, std::move(copy)};
}

}  // namespace

void HistogramChunk::appendTo(std::vector<TimedHistogram>& out) const {
  HistogramReader histograms(bytes_);
  for (const std::int64_t time : times_) {
    out.push_back({time, std::make_shared<FloatHistogram>(histograms.next())});
  }
}

AppendResult TimedHistograms::append(const TimedHistogram& given, std::int64_t window) {
  const TimedHistogram sample = withoutBelief(given);
  if (newest_.histogram != nullptr && sample.time <= newest_.time) {
    if (sample.time == newest_.time) return compare(newest_, sample);
    if (newest_.time - sample.time > window) return AppendResult::kTooOld;
    return insertLate(sample);
  }
  if (times_.size() == kSamplesOfChunk) {
    closed_.push_back(closedOpen());
    times_.clear();
    open_.clear();
  }
  times_.push_back(sample.time);
  open_.append(*sample.histogram);
  newest_ = sample;
  return AppendResult::kAppended;
}

AppendResult TimedHistograms::insertLate(const TimedHistogram& sample) {
  const auto place = std::ranges::lower_bound(late_, sample.time, {}, &TimedHistogram::time);
  if (place != late_.end() && place->time == sample.time) return compare(*place, sample);
  late_.insert(place, sample);
  if (late_.size() == kSamplesOfChunk) {
    closed_.push_back(closedLate());
    late_.clear();
  }
  return AppendResult::kAppended;
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
