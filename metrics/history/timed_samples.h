#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "metrics/history/columns/column_writer.h"

namespace orchestrator_exporter::history {

struct TimedSample {
  std::int64_t time = 0;  // milliseconds since 1970 UTC
  double value = 0;
};

// Samples with times of their own, closed.
class TimedChunk {
 public:
  TimedChunk(const ColumnWriter& times, const ColumnWriter& values, std::int64_t first,
             std::int64_t last);

  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }
  void appendTo(std::vector<TimedSample>& out) const;
  std::size_t heldBytes() const { return sizeof *this + bytes_.capacity(); }

 private:
  std::int64_t first_;
  std::int64_t last_;
  std::uint32_t count_;
  std::uint32_t values_ = 0;  // where they begin, behind the times
  std::vector<std::uint8_t> bytes_;
};

enum class AppendResult : std::uint8_t {
  kAppended,
  kSame,      // it was there already
  kConflict,  // the time has another value
  kTooOld,    // older than the window for what comes late, or than what is kept
  kRefused,   // a time that is none, or too many series
};

// The samples of one series that came with times of their own. What comes late, within a window,
// is kept apart until it is read.
class TimedSamples {
 public:
  // How far from 1970 a time may be: a column takes times as doubles.
  static constexpr std::int64_t kLatestTime = std::int64_t{1} << 53;

  // Takes a sample that is at most `window` milliseconds older than the newest.
  AppendResult append(const TimedSample& sample, std::int64_t window);
  // Forgets what is older than `cutoff`, by whole chunks.
  void expire(std::int64_t cutoff);

  bool empty() const;
  // The chunks with samples of this time, both ends taken, and what is still open among them. They
  // overlap where samples came late; those that came in order are first.
  std::vector<std::shared_ptr<const TimedChunk>> chunks(std::int64_t from,
                                                        std::int64_t until) const;
  std::size_t heldBytes() const;

 private:
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
