#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/sample_merge.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Chunks of one series, as they were kept.
template <typename Sample>
class PackedChunks {
 public:
  bool empty() const { return chunks_.empty(); }
  void add(std::uint32_t positions, std::span<const std::uint8_t> content);
  // How many samples are in them.
  std::size_t positions() const;
  // What is damaged is left out.
  void addTo(SampleMerge& samples) const;

 private:
  struct Chunk {
    std::uint32_t positions;
    std::size_t begin;
    std::size_t size;
  };

  std::vector<Chunk> chunks_;
  std::vector<std::uint8_t> bytes_;
};

// The samples with times of their own that are packed, of TimedSample or TimedHistogram (those of
// readings too): for each series chunks that do not overlap. What is damaged is left out and
// counted. For one thread.
template <typename Sample>
class WrittenChunks {
 public:
  explicit WrittenChunks(Database& database);

  // Of one series, from `from` to `until`, both ends taken, in the order of their times.
  std::vector<Sample> samples(SeriesId series, std::int64_t from, std::int64_t until);
  // The chunks that these are in, and may have more.
  PackedChunks<Sample> packed(SeriesId series, std::int64_t from, std::int64_t until);
  std::optional<Sample> newest(SeriesId series);
  // Of all series; kOldest without any.
  static std::int64_t newestTime(Database& database);

  // Adds samples in any order, in a transaction of the caller's; of two of one time what was there
  // stays. Afterwards they are sorted, each time once.
  void add(SeriesId series, std::vector<Sample>& samples);

  // Some series that have a chunk which ends not later than `until`.
  std::vector<SeriesId> endingUntil(std::int64_t until, std::size_t most);
  // Takes the samples of a series until then out, both ends taken.
  std::vector<Sample> takeUntil(SeriesId series, std::int64_t until);
  // The time of its first sample; kNewest without any.
  std::int64_t oldest(SeriesId series);

  // Removes chunks that end before `cutoff`.
  void expire(std::int64_t cutoff);
  // Removes those of a series that end not later than `until`.
  void expire(SeriesId series, std::int64_t until);
  // When the chunk ends that ends first; kNewest without any.
  std::int64_t oldestEnd();
  std::int64_t oldestEnd(SeriesId series);

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
  void merge(SeriesId series, const Range& chunk, std::span<const Sample> samples);
  void write(SeriesId series, std::span<const Sample> sorted);

  explicit WrittenChunks(Database& database, const std::string& table);

  Statement data_;
  Statement newestOfSeries_;
  Statement ranges_;
  Statement remove_;
  Statement insert_;
  Statement oldestOfSeries_;
  Statement oldestEnd_;
  Statement endingUntil_;
  Statement expire_;
  Statement oldestEndOfSeries_;
  Statement expireSeries_;
  std::size_t damaged_ = 0;
};

}  // namespace orchestrator_exporter::history
