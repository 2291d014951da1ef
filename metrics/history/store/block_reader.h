#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

struct BlockInfo {
  std::int64_t id = 0;
  std::int64_t step = 0;
  std::int64_t first = 0;  // the times of its first and its last position
  std::int64_t last = 0;
  std::uint32_t positions = 0;
  std::int64_t thinned = 0;  // which series were taken out of it; 0: none
};

// Whose samples a block has: this host's readings, or what others wrote.
enum class Origin : std::uint8_t { kReadings, kWritten };

// All blocks of one step and one origin: the times of the first position and of the last.
struct BlockStretch {
  std::int64_t step = 0;
  Origin origin = Origin::kReadings;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

// Reads blocks and their chunks. What is damaged is left out and counted.
class BlockReader {
 public:
  explicit BlockReader(Database& database);

  // Those of a step with times later than `after` and not later than `until`, the oldest first.
  std::vector<BlockInfo> blocks(std::int64_t step, std::int64_t after, std::int64_t until,
                                Origin origin = Origin::kReadings);
  // Of which times there are blocks.
  static std::vector<BlockStretch> stretches(Database& database);
  // The first time of readings or their steps; kNewest if there is no block of them.
  std::int64_t oldest(std::int64_t step);
  // Of each position; empty if they are damaged.
  std::vector<std::int64_t> times(const BlockInfo& block);
  // What a chunk has behind its checksum, valid until the next call; nullopt if there is none.
  std::optional<std::span<const std::uint8_t>> chunk(std::int64_t block, SeriesId series);

  std::size_t damaged() const { return damaged_; }

 private:
  Statement blocks_;
  Statement oldest_;
  Statement times_;
  Statement chunk_;
  std::size_t damaged_ = 0;
};

}  // namespace orchestrator_exporter::history
