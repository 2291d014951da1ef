#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// The samples with times of their own that are packed: for each series chunks that do not overlap.
// What is damaged is left out and counted. For one thread.
class WrittenChunks {
 public:
  explicit WrittenChunks(Database& database);

  // Of one series, from `from` to `until`, both ends taken, in the order of their times.
  std::vector<TimedSample> samples(SeriesId series, std::int64_t from, std::int64_t until);
  std::optional<TimedSample> newest(SeriesId series);
  // Of all series; kOldest without any.
  static std::int64_t newestTime(Database& database);

  // Adds samples in any order, in a transaction of the caller's; of two of one time what was there
  // stays. Afterwards they are sorted, each time once.
  void add(SeriesId series, std::vector<TimedSample>& samples);

  // Removes chunks that end before `cutoff`.
  void expire(std::int64_t cutoff);
  // When the chunk ends that ends first; kNewest without any.
  std::int64_t oldestEnd();

  std::size_t damaged() const { return damaged_; }

 private:
  struct Range {
    std::int64_t first;
    std::int64_t last;
    std::size_t positions;
  };

  static std::optional<std::int64_t> number(Statement& statement);
  static bool isFull(const Range& chunk);
  // The last chunk that begins not later than `from`, and those that begin until `until`.
  std::vector<Range> ranges(SeriesId series, std::int64_t from, std::int64_t until);
  void merge(SeriesId series, const Range& chunk, std::span<const TimedSample> samples);
  void write(SeriesId series, std::span<const TimedSample> sorted);

  Statement data_;
  Statement newestOfSeries_;
  Statement ranges_;
  Statement remove_;
  Statement insert_;
  Statement oldestEnd_;
  Statement expire_;
  std::size_t damaged_ = 0;
};

}  // namespace orchestrator_exporter::history
