#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "metrics/history/block.h"
#include "metrics/history/series_table.h"

namespace orchestrator_exporter::history {

// The readings of the head: closed blocks, and the open one, whose columns are in the series. Not
// thread-safe; what is closed may be read by anybody who holds it.
class Blocks {
 public:
  using Closed = std::vector<std::shared_ptr<const Block>>;

  // A block is shorter than `span`, in milliseconds.
  explicit Blocks(std::int64_t span) : span_(span) {}

  // Begins a reading, later than all before it. Closes the open block first if that is full.
  void begin(std::int64_t time, const SeriesTable& table);
  // The value of a series in the reading that was begun last, at most one for each.
  void put(Series& series, double value) {
    const auto position = static_cast<std::uint32_t>(openTimes_.size()) - 1;
    if (series.column.positions() < position) {
      series.column.skip(position - series.column.positions());
    }
    series.column.append(value);
    series.newest = std::max(series.newest, openTimes_.back());
  }
  // Forgets blocks that end before `cutoff`.
  void expire(std::int64_t cutoff);
  // Forgets everything.
  void clear(const SeriesTable& table);

  // The time of the first reading; the highest number if there is none.
  std::int64_t oldest() const;
  const Closed& closed() const { return closed_; }
  std::uint64_t openNumber() const { return openNumber_; }
  const std::vector<std::int64_t>& openTimes() const { return openTimes_; }
  std::size_t heldBytes() const;

 private:
  void close(const SeriesTable& table);

  const std::int64_t span_;
  Closed closed_;
  std::uint64_t openNumber_ = 0;
  std::vector<std::int64_t> openTimes_;
};

}  // namespace orchestrator_exporter::history
