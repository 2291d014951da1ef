#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "metrics/history/store/blobs/written_row.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

// The samples with times of their own that were written last, one row for what came at once: of
// TimedSample or TimedHistogram. For one thread.
template <typename Sample>
class WrittenLog {
 public:
  explicit WrittenLog(Database& database);

  // Adds a row, in a transaction of the caller's.
  void add(std::span<const Numbered<Sample>> series);
  // Gives all rows in their order. Returns how many were damaged.
  std::size_t read(const std::function<void(const Numbered<Sample>&)>& take);
  // Empties it, in a transaction of the caller's.
  void clear();
  // About what the rows take.
  std::size_t bytes() const { return bytes_; }

 private:
  Database& database_;
  std::size_t bytes_;
};

}  // namespace orchestrator_exporter::history
