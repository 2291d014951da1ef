#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "metrics/float_histogram.h"
#include "metrics/history/columns/histogram_column.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Histograms with their times, closed.
class HistogramChunk {
 public:
  HistogramChunk(std::vector<std::int64_t> times, const HistogramWriter& histograms)
      : times_(std::move(times)), bytes_(histograms.bytes().begin(), histograms.bytes().end()) {}

  std::int64_t first() const { return times_.front(); }
  std::int64_t last() const { return times_.back(); }
  void appendTo(std::vector<TimedHistogram>& out) const;
  std::size_t heldBytes() const {
    return sizeof *this + times_.capacity() * sizeof(std::int64_t) + bytes_.capacity();
  }

 private:
  const std::vector<std::int64_t> times_;
  const std::vector<std::uint8_t> bytes_;
};

// What a histogram says of itself, that its counters began again or did not, is not believed, but
// found out when it is read, as Prometheus does: it may have other neighbours by then.
HistogramPointer withoutBelief(const HistogramPointer& histogram);

// The samples of one series that are histograms. What comes late, within a window, is kept apart
// until it is read, as with TimedSamples.
class TimedHistograms {
 public:
  // Takes a sample that is at most `window` milliseconds older than the newest, and whose time has
  // no other value.
  AppendResult append(const TimedHistogram& sample, std::int64_t window);
  // Whether a sample of this time would come late.
  bool isLate(std::int64_t time) const { return hasNewest() && time < newest_.time; }
  // What becomes of a value if there is another, or the same, for its time.
  static AppendResult compare(const HistogramPointer& kept, const HistogramPointer& value);
  // The value of a time; null if it is not held here.
  HistogramPointer valueAt(std::int64_t time) const;

  // Before the first sample: the newest that this series ever had, which is kept elsewhere.
  void follow(const TimedHistogram& newest) { newest_ = newest; }
  bool hasNewest() const { return newest_.histogram != nullptr; }
  // Forgets samples that are kept elsewhere now; their times ascend. The newest stays known.
  void forget(std::span<const TimedHistogram> samples);

  // Forgets what is older than `cutoff`, by whole chunks.
  void expire(std::int64_t cutoff);

  bool empty() const;
  // The chunks with samples of this time, both ends taken, and what is still open among them. They
  // overlap where samples came late.
  std::vector<std::shared_ptr<const HistogramChunk>> chunks(std::int64_t from,
                                                            std::int64_t until) const;
  std::size_t heldBytes() const;

 private:
  void appendInOrder(const TimedHistogram& sample);
  void closeOpen();
  AppendResult insertLate(const TimedHistogram& sample);
  std::shared_ptr<const HistogramChunk> closedOpen() const;
  std::shared_ptr<const HistogramChunk> closedLate() const;

  std::vector<std::shared_ptr<const HistogramChunk>> closed_;
  std::vector<TimedHistogram> late_;  // sorted
  std::vector<std::int64_t> times_;   // of the open chunk
  HistogramWriter open_;
  TimedHistogram newest_;  // without a histogram if there is none
};

}  // namespace orchestrator_exporter::history
