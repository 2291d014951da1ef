#pragma once

#include <cstdint>
#include <limits>

#include "metrics/history/append_lock.h"
#include "metrics/history/blocks.h"
#include "metrics/history/series_table.h"

namespace orchestrator_exporter::history {

// What the head holds, with the lock that all of it is under.
struct HeadData {
  AppendLock lock = {};
  SeriesTable table = {};
  Blocks blocks;
  std::int64_t oldest =
      std::numeric_limits<std::int64_t>::max();  // of all samples that it ever had
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
};

}  // namespace orchestrator_exporter::history
