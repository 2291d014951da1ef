#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/column_writer.h"
#include "metrics/history/index/postings.h"

namespace orchestrator_exporter::history {

// Readings that follow each other, closed: their times once, and for each series a column of its
// values, one position a reading. Does not change after it was filled.
class Block {
 public:
  Block(std::uint64_t number, std::vector<std::int64_t> times)
      : number_(number), times_(std::move(times)) {}

  // In the order of the series.
  void add(SeriesId series, const ColumnWriter& column);
  // When all were added.
  void close();

  // Blocks are counted; who began to read the open one finds it again when it is closed.
  std::uint64_t number() const { return number_; }
  const std::vector<std::int64_t>& times() const { return times_; }
  std::optional<ColumnReader> find(SeriesId series) const;
  std::size_t heldBytes() const;

 private:
  struct Entry {
    SeriesId series;
    std::uint32_t begin;  // of its bytes, which end where the next one's begin
    std::uint32_t positions;
  };

  const std::uint64_t number_;
  std::vector<std::int64_t> times_;
  std::vector<Entry> entries_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace orchestrator_exporter::history
