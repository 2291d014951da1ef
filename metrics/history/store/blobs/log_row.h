#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/store/blobs/checked_blob.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// A reading as the log has it, in blobs with checksums.
//
// `series`: the numbers of its series in the order of its values, as varints of their zigzagged
// distances. A row without it has the series of the row before, and its values are told by what
// differs from them; a row with it stands by itself.
//
// `samples`: varints of how many values are as they were, each followed by one that is not: a byte
// (8 * the bytes that are 0 at the upper end of the bits that differ + the bytes that are written,
// less 1) and these bytes, the lowest first; below them all are 0.
//
// `histograms`: those of the reading, if it has any (written_row.h); one whose sum is a stale
// marker for each that the reading before had and this one has not.
struct LogRow {
  std::optional<Bytes> series;
  Bytes samples;
  std::optional<Bytes> histograms = std::nullopt;
};

// A histogram of a reading.
struct LoggedHistogram {
  SeriesId series = 0;
  TimedHistogram sample;
};

// Nothing without histograms.
std::optional<Bytes> encodeHistograms(std::span<const LoggedHistogram> histograms);
// False for a blob that is damaged.
bool decodeHistograms(std::span<const std::uint8_t> blob, std::vector<LoggedHistogram>& out);

// Writes readings that follow each other.
class LogEncoder {
 public:
  // As many values as series, each series once.
  LogRow encode(std::span<const SeriesId> series, std::span<const double> values);
  // The row of the last reading that stands by itself.
  LogRow last() const;
  // The next row stands by itself.
  void standAlone() { rows_ = 0; }

 private:
  std::vector<SeriesId> series_;
  std::vector<std::uint64_t> bits_;
  unsigned rows_ = 0;  // since one that stands by itself, which is counted
};

// Reads them again, in their order.
class LogDecoder {
 public:
  // False for a row that is damaged or needs one that is; then what it had stays.
  bool decode(std::optional<std::span<const std::uint8_t>> series,
              std::span<const std::uint8_t> samples);

  // Of the last row that was decoded.
  const std::vector<SeriesId>& series() const { return series_; }
  std::span<const double> values() const { return values_; }
  // Whether its series were written with it, and those that the row before had and it has not.
  bool hasOwnSeries() const { return hasOwnSeries_; }
  const Postings& gone() const { return gone_; }

 private:
  void readSeries(std::span<const std::uint8_t> bytes);
  void readSamples(std::span<const std::uint8_t> bytes);

  std::vector<SeriesId> series_;
  std::vector<double> values_;
  Postings gone_;
  bool hasOwnSeries_ = false;
  bool isBroken_ = true;  // until a row that stands by itself
};

}  // namespace orchestrator_exporter::history
