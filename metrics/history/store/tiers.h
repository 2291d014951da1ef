#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "metrics/history.h"
#include "metrics/history/index/postings.h"
#include "metrics/history/store/blobs/aggregate.h"
#include "metrics/history/store/block_reader.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

inline constexpr std::int64_t kHour = std::int64_t{60} * 60 * 1000;

// A coarse tier: for each series and step an Aggregate, in blocks of many steps that begin at
// multiples of their length since 1970.
struct Tier {
  std::int64_t step;
  std::int64_t block;   // so long is a block of it
  std::int64_t source;  // the step that it is made of; 0: readings
};

// The finest first, which is made of readings; each other one of that before it.
inline constexpr std::array<Tier, 2> kTiers = {
    {{kHour / 12, 24 * kHour, 0}, {kHour, 240 * kHour, kHour / 12}}};

// After which time blocks of a step have to do with a selection: an instant selector looks back
// over two steps at least; over readings as far as over the finest steps, which may stand for them.
std::int64_t beginOf(const Selection& selection, std::int64_t step);

// The multiple of `length` that is not later.
std::int64_t floorTo(std::int64_t time, std::int64_t length);

// The ends of the steps of a block that begins then.
std::vector<std::int64_t> endsOfSteps(const Tier& tier, std::int64_t begin);

// Makes the block of a tier that begins then, of all that its source has. If there is one of what
// others wrote, that is filled up: the steps that it has stay. In a transaction of the caller's.
void makeTierBlock(Database& database, const Tier& tier, std::int64_t begin, Origin origin);

// The block of what others wrote that begins then, made if it is missing.
std::int64_t writtenBlock(Database& database, const Tier& tier, std::int64_t begin);

// Puts the steps of series into blocks, and leaves those that these have.
class StepsWriter {
 public:
  explicit StepsWriter(Database& database);

  void put(std::int64_t block, SeriesId series, Aggregates steps);

 private:
  BlockReader reader_;
  Statement insert_;
};

// Makes the blocks of coarse tiers whose time is over: all that is to be in them is in blocks. The
// oldest reading of the log that is in no block is of the time `oldestOpen`. Each block is a
// transaction.
void makeTiers(Database& database, std::int64_t oldestOpen);

}  // namespace orchestrator_exporter::history
