#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/column_writer.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Samples with times of their own, closed.
class TimedChunk {
 public:
  TimedChunk(const ColumnWriter& times, const ColumnWriter& values, std::int64_t first,
             std::int64_t last);

  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }
  void appendTo(std::vector<TimedSample>& out) const;
  // As columns without gaps, valid as long as the chunk is.
  ColumnReader times() const { return {std::span(bytes_).first(values_), count_}; }
  ColumnReader values() const { return {std::span(bytes_).subspan(values_), count_}; }
  std::uint32_t positions() const { return count_; }
  std::size_t heldBytes() const { return sizeof *this + bytes_.capacity(); }

 private:
  std::int64_t first_;
  std::int64_t last_;
  std::uint32_t count_;
  std::uint32_t values_ = 0;  // where they begin, behind the times
  std::vector<std::uint8_t> bytes_;
};

// The samples of one series that came with times of their own. What comes late, within a window,
// is kept apart until it is read.
class TimedSamples {
 public:
  // How far from 1970 a time may be: a column takes times as doubles.
  static constexpr std::int64_t kLatestTime = std::int64_t{1} << 53;

  // Takes a sample that is at most `window` milliseconds older than the newest, and whose time has
  // no other value.
  AppendResult append(const TimedSample& sample, std::int64_t window);
  // Whether a sample of this time would come late.
  bool isLate(std::int64_t time) const { return any_ && time < newest_.time; }
  // What becomes of a value if there is another, or the same, for its time.
  static AppendResult compare(double kept, double value);
  // The value of a time, if it is held here.
  std::optional<double> valueAt(std::int64_t time) const;

  // Before the first sample: the newest that this series ever had, which is kept elsewhere.
  void follow(const TimedSample& newest);
  bool hasNewest() const { return any_; }
  // Forgets samples that are kept elsewhere now; their times ascend. The newest stays known.
  void forget(std::span<const TimedSample> samples);

  // Forgets what is older than `cutoff`, by whole chunks.
  void expire(std::int64_t cutoff);

  bool empty() const;
  // The chunks with samples of this time, both ends taken, and what is still open among them. They
  // overlap where samples came late; those that came in order are first.
  std::vector<std::shared_ptr<const TimedChunk>> chunks(std::int64_t from,
                                                        std::int64_t until) const;
  std::size_t heldBytes() const;

 private:
  void appendInOrder(const TimedSample& sample);
  AppendResult insertLate(const TimedSample& sample);
  std::shared_ptr<const TimedChunk> closedOpen() const;
  std::shared_ptr<const TimedChunk> closedLate() const;

  std::vector<std::shared_ptr<const TimedChunk>> inOrder_;
  std::vector<std::shared_ptr<const TimedChunk>> closedLate_;
  std::vector<TimedSample> late_;  // sorted
  ColumnWriter times_;
  ColumnWriter values_;
  std::int64_t first_ = 0;  // of the open chunk
  TimedSample newest_;
  bool any_ = false;  // whether there is a newest
};

}  // namespace orchestrator_exporter::history
