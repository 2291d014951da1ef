#pragma once

#include <cstdint>
#include <memory>
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

// The samples of one series that are histograms. What comes late, within a window, is kept apart
// until it is read, as with TimedSamples.
class TimedHistograms {
 public:
  // Takes a sample that is at most `window` milliseconds older than the newest. Whether a counter
  // began again is not believed, but found out when it is read, as Prometheus does: it may have
  // other neighbours by then.
  AppendResult append(const TimedHistogram& sample, std::int64_t window);
  // Forgets what is older than `cutoff`, by whole chunks.
  void expire(std::int64_t cutoff);

  bool empty() const;
  // The chunks with samples of this time, both ends taken, and what is still open among them. They
  // overlap where samples came late.
  std::vector<std::shared_ptr<const HistogramChunk>> chunks(std::int64_t from,
                                                            std::int64_t until) const;
  std::size_t heldBytes() const;

 private:
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
