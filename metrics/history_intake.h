#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

#include "metrics/float_histogram.h"
#include "metrics/label.h"

namespace orchestrator_exporter {

struct MetricMetadata;  // history.h

struct TimedSample {
  std::int64_t time = 0;  // milliseconds since 1970 UTC
  double value = 0;       // bit for bit: NaNs keep their payload, kStaleBits ends a series
};

// What became of a sample with a time of its own.
enum class AppendResult : std::uint8_t {
  kAppended,
  kSame,         // it was there already
  kConflict,     // the time has another value, which stays
  kTooOld,       // older than the newest of its series by more than the window for what comes late
  kOutOfBounds,  // older than what is kept, or later than the latest that is taken
  kFull,         // of a new series, and there are too many
};

// Whether the history has the sample.
inline bool isKept(AppendResult result) {
  return result == AppendResult::kAppended || result == AppendResult::kSame;
}

// Samples of one series that somebody writes into the history.
struct WrittenSeries {
  std::span<const Label> labels;  // as in a LabelSet: sorted, each name once, no empty values
  std::span<const TimedSample> samples;
};

// The same for samples that are histograms; one whose sum is a stale marker ends the series.
struct WrittenHistograms {
  std::span<const Label> labels;
  std::span<const TimedHistogram> samples;
};

// Told when samples that were taken are not on the disk that is to have them: they are asked for
// again.
class NotKept : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The door by which others write samples into a history. Any thread may call anything.
class HistoryIntake {
 public:
  virtual ~HistoryIntake() = default;

  // Keeps what can be kept; the next question sees it. Returns a result for each sample, in their
  // order. `latest` is the latest time that is taken. With a disk it comes back when the samples
  // would survive the end of the process; throws NotKept.
  virtual std::vector<AppendResult> write(
      std::span<const WrittenSeries> series,
      std::int64_t latest = std::numeric_limits<std::int64_t>::max()) = 0;

  // Like write(), but comes back before the samples are on disk, if there is one: keep() is to be
  // called with those that the history has.
  virtual std::vector<AppendResult> append(
      std::span<const WrittenSeries> series,
      std::int64_t latest = std::numeric_limits<std::int64_t>::max()) = 0;
  virtual void keep(std::span<const WrittenSeries> series) = 0;
  // Whether there is a disk; without one keep() does nothing.
  virtual bool hasDisk() const = 0;

  // As write(), for histograms.
  virtual std::vector<AppendResult> write(
      std::span<const WrittenHistograms> series,
      std::int64_t latest = std::numeric_limits<std::int64_t>::max()) = 0;

  // Keeps what is said of families; of two statements about one the later counts.
  virtual void describe(std::span<const MetricMetadata> families) = 0;
};

}  // namespace orchestrator_exporter
