#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// One array of proc/mdstat (md(4)). Valid until the collector's run ends.
struct RaidArray {
  std::string_view name;
  // The word behind the name: active, inactive, broken; or what goes on: recovering, resyncing,
  // checking, reshaping.
  std::string_view state;
  std::int64_t blocks = 0;  // of 1 KiB
  std::int64_t blocksSynced = 0;
  std::int64_t disksRequired = 0;
  std::int64_t disksActive = 0;
  std::int64_t disksFailed = 0;
  std::int64_t disksSpare = 0;
};

// All arrays of the file. Throws ParseError where a stanza makes no sense.
std::vector<RaidArray> parseRaidStatus(const KernelFile& mdstat);

}  // namespace orchestrator_exporter
