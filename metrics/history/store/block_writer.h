#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "metrics/history/columns/column_writer.h"
#include "metrics/history/index/postings.h"
#include "metrics/history/store/blobs/checked_blob.h"
#include "metrics/history/store/block_reader.h"
#include "metrics/history/store/log.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

// Chunks are in the order of their blocks, and in a block of their series: so that a new block goes
// behind all others and fills whole pages.
constexpr std::int64_t chunkId(std::int64_t block, SeriesId series) {
  constexpr int kBitsOfSeries = 32;
  return block << kBitsOfSeries | series;
}

// The series of a chunk's number.
constexpr SeriesId seriesOf(std::int64_t chunk) { return static_cast<SeriesId>(chunk); }

// Adds a row to the table of blocks; returns its number. `step` is 0 for readings.
std::int64_t addBlock(Database& database, std::int64_t step, const std::vector<std::int64_t>& times,
                      Origin origin = Origin::kReadings);

// With its chunks.
void removeBlock(Database& database, const BlockInfo& block);

// The readings of the log that become a block, and for each series a chunk: with a checksum, a
// column that has one position a reading. Histograms go to chunks with times of their own.
class BlockWriter {
 public:
  // Readings of two hours at the default interval, twice.
  static constexpr std::size_t kMostReadings = 960;

  // A reading later than all before it.
  void add(const LogReading& reading);
  bool empty() const { return times_.empty(); }
  std::int64_t first() const { return times_.front(); }
  bool isFull() const { return times_.size() == kMostReadings; }
  // Writes it, and which of its series have ended; then it is empty.
  void write(Database& database);

 private:
  struct Column {
    ColumnWriter values;
    double last = 0;
  };

  void put(Column& column, double value);
  void writeHistograms(Database& database);

  std::vector<std::int64_t> times_;
  std::map<SeriesId, Column> columns_;
  std::vector<Column*> layout_;  // of the last reading
  std::map<SeriesId, std::vector<TimedHistogram>> histograms_;
};

}  // namespace orchestrator_exporter::history
