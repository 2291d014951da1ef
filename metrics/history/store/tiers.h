#pragma once

#include <array>
#include <cstdint>

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

// Makes the blocks of coarse tiers whose time is over: all that is to be in them is in blocks. The
// oldest reading of the log that is in no block is of the time `oldestOpen`. Each block is a
// transaction.
void makeTiers(Database& database, std::int64_t oldestOpen);

}  // namespace orchestrator_exporter::history
