#include "metrics/history/timed_samples.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <span>

#include "metrics/history/columns/column_reader.h"

namespace orchestrator_exporter::history {

namespace {

constexpr std::uint32_t kSamplesOfChunk = 120;

AppendResult compare(const TimedSample& kept, const TimedSample& sample) {
  return std::bit_cast<std::uint64_t>(kept.value) == std::bit_cast<std::uint64_t>(sample.value)
             ? AppendResult::kSame
             : AppendResult::kConflict;
}

}  // namespace

TimedChunk::TimedChunk(const ColumnWriter& times, const ColumnWriter& values, std::int64_t first,
                       std::int64_t last)
    : first_(first), last_(last), count_(values.positions()) {
  times.write(bytes_);
  values_ = static_cast<std::uint32_t>(bytes_.size());
  values.write(bytes_);
  bytes_.shrink_to_fit();
}

void TimedChunk::appendTo(std::vector<TimedSample>& out) const {
  const std::span<const std::uint8_t> bytes(bytes_);
  ColumnReader times(bytes.first(values_), count_);
  ColumnReader values(bytes.subspan(values_), count_);
  while (times.next() && values.next()) {
    out.push_back({static_cast<std::int64_t>(times.value()), values.value()});
  }
}

AppendResult TimedSamples::append(const TimedSample& sample, std::int64_t window) {
  if (any_ && sample.time == newest_.time) return compare(newest_, sample);
  if (any_ && sample.time < newest_.time) {
    if (newest_.time - sample.time > window) return AppendResult::kTooOld;
    return insertLate(sample);
  }
  if (values_.positions() == kSamplesOfChunk) {
    inOrder_.push_back(closedOpen());
    times_.clear();
    values_.clear();
  }
  if (values_.empty()) first_ = sample.time;
  times_.append(static_cast<double>(sample.time));
  values_.append(sample.value);
  newest_ = sample;
  any_ = true;
  return AppendResult::kAppended;
}

AppendResult TimedSamples::insertLate(const TimedSample& sample) {
  const auto place = std::ranges::lower_bound(late_, sample.time, {}, &TimedSample::time);
  if (place != late_.end() && place->time == sample.time) return compare(*place, sample);
  late_.insert(place, sample);
  if (late_.size() == kSamplesOfChunk) {
    closedLate_.push_back(closedLate());
    late_.clear();
  }
  return AppendResult::kAppended;
}

std::shared_ptr<const TimedChunk> TimedSamples::closedOpen() const {
  return std::make_shared<TimedChunk>(times_, values_, first_, newest_.time);
}

std::shared_ptr<const TimedChunk> TimedSamples::closedLate() const {
  ColumnWriter times;
  ColumnWriter values;
  for (const TimedSample& sample : late_) {
    times.append(static_cast<double>(sample.time));
    values.append(sample.value);
  }
  return std::make_shared<TimedChunk>(times, values, late_.front().time, late_.back().time);
}

std::vector<std::shared_ptr<const TimedChunk>> TimedSamples::chunks(std::int64_t from,
                                                                    std::int64_t until) const {
  std::vector<std::shared_ptr<const TimedChunk>> found;
  const auto overlaps = [&](std::int64_t first, std::int64_t last) {
    return first <= until && last >= from;
  };
  const auto add = [&](const auto& closed) {
    std::ranges::copy_if(closed, std::back_inserter(found), [&](const auto& chunk) {
      return overlaps(chunk->first(), chunk->last());
    });
  };
  add(inOrder_);
  if (!values_.empty() && overlaps(first_, newest_.time)) found.push_back(closedOpen());
  add(closedLate_);
  if (!late_.empty() && overlaps(late_.front().time, late_.back().time)) {
    found.push_back(closedLate());
  }
  return found;
}

void TimedSamples::expire(std::int64_t cutoff) {
  const auto isOld = [&](const auto& chunk) { return chunk->last() < cutoff; };
  std::erase_if(inOrder_, isOld);
  std::erase_if(closedLate_, isOld);
  std::erase_if(late_, [&](const TimedSample& sample) { return sample.time < cutoff; });
  if (any_ && newest_.time < cutoff) {
    times_.clear();
    values_.clear();
  }
}

bool TimedSamples::empty() const {
  return inOrder_.empty() && closedLate_.empty() && late_.empty() && values_.empty();
}

std::size_t TimedSamples::heldBytes() const {
  std::size_t bytes = sizeof *this + times_.heldBytes() + values_.heldBytes() +
                      late_.capacity() * sizeof(TimedSample);
  for (const auto& chunk : inOrder_) bytes += chunk->heldBytes();
  for (const auto& chunk : closedLate_) bytes += chunk->heldBytes();
  return bytes;
}

}  // namespace orchestrator_exporter::history
