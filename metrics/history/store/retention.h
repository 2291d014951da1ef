#pragma once

#include <cstdint>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/store/kept/series_ages.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

struct Retained {
  std::vector<SeriesId> gone = {};  // series without chunks, which went too
  bool isDone = true;               // else it is to be called again soon
};

// Deletes whole blocks: those that are too old at the time `now`, though none before the next
// coarser tier has it or its own retention is shorter; then, while the file holds too many bytes,
// the oldest of the finest tier. Of a block that is too old for some of its series, their chunks.
// Samples with times of their own that are too old become steps of the next coarser tier, a part of
// them in a call; their steps are kept as long as those of all, whatever their series. Each block,
// and each part, is a transaction.
Retained retain(Database& database, const Retention& retention, std::int64_t now);

// The bytes of the file that hold something.
std::int64_t usedBytes(Database& database);

}  // namespace orchestrator_exporter::history
