#include "metrics/history/timed_samples.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

constexpr std::uint32_t kSamplesOfChunk = 120;

std::optional<double> valueIn(const TimedChunk& chunk, std::int64_t time) {
  if (time < chunk.first() || time > chunk.last()) return std::nullopt;
  std::vector<TimedSample> samples;
  chunk.appendTo(samples);
  const auto found = std::ranges::lower_bound(samples, time, {}, &TimedSample::time);
  if (found == samples.end() || found->time != time) return std::nullopt;
  return found->value;
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
  ColumnReader times = this->times();
  ColumnReader values = this->values();
  while (times.next() && values.next()) {
    out.push_back({static_cast<std::int64_t>(times.value()), values.value()});
  }
}

AppendResult TimedSamples::compare(double kept, double value) {
  return std::bit_cast<std::uint64_t>(kept) == std::bit_cast<std::uint64_t>(value)
             ? AppendResult::kSame
             : AppendResult::kConflict;
}

AppendResult TimedSamples::append(const TimedSample& sample, std::int64_t window) {
  if (any_ && sample.time == newest_.time) return compare(newest_.value, sample.value);
  if (isLate(sample.time)) {
    if (newest_.time - sample.time > window) return AppendResult::kTooOld;
    return insertLate(sample);
  }
  appendInOrder(sample);
  return AppendResult::kAppended;
}

void TimedSamples::appendInOrder(const TimedSample& sample) {
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
}

AppendResult TimedSamples::insertLate(const TimedSample& sample) {
  if (const auto kept = valueAt(sample.time)) return compare(*kept, sample.value);
  late_.insert(std::ranges::lower_bound(late_, sample.time, {}, &TimedSample::time), sample);
  if (late_.size() == kSamplesOfChunk) {
    closedLate_.push_back(closedLate());
    late_.clear();
  }
  return AppendResult::kAppended;
}

std::optional<double> TimedSamples::valueAt(std::int64_t time) const {
  if (any_ && time == newest_.time) return newest_.value;
  const auto late = std::ranges::lower_bound(late_, time, {}, &TimedSample::time);
  if (late != late_.end() && late->time == time) return late->value;
  const auto after = std::ranges::upper_bound(inOrder_, time, {},
                                              [](const auto& chunk) { return chunk->first(); });
  if (after != inOrder_.begin()) {
    if (const auto value = valueIn(**std::prev(after), time)) return value;
  }
  for (const auto& chunk : closedLate_) {
    if (const auto value = valueIn(*chunk, time)) return value;
  }
  const bool mayBeOpen = !values_.empty() && time >= first_;
  return mayBeOpen ? valueIn(*closedOpen(), time) : std::nullopt;
}

void TimedSamples::follow(const TimedSample& newest) {
  newest_ = newest;
  any_ = true;
}

void TimedSamples::forget(std::span<const TimedSample> samples) {
  std::vector<TimedSample> held;
  for (const auto& chunk :
       chunks(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max())) {
    chunk->appendTo(held);
  }
  std::ranges::sort(held, {}, &TimedSample::time);
  const TimedSample newest = newest_;
  TimedSamples left;
  for (const TimedSample& sample : held) {
    if (!std::ranges::binary_search(samples, sample.time, {}, &TimedSample::time)) {
      left.appendInOrder(sample);
    }
  }
  *this = std::move(left);
  // What comes later may be older than what was forgotten, so that the open chunk stays closed.
  if (!values_.empty()) {
    inOrder_.push_back(closedOpen());
    times_ = {};
    values_ = {};
  }
  follow(newest);
}

// While the open chunk has samples, the newest is its last.
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
