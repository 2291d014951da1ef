#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// One array of proc/mdstat (md(4)). What its lines do not tell in an understood form is nullopt.
// Valid until the collector's run ends.
struct RaidArray {
  std::string_view name;
  // The word behind the name: active, inactive, broken; or what goes on: recovering, resyncing,
  // checking, reshaping.
  std::string_view state;
  std::optional<std::int64_t> blocks = {};  // of 1 KiB
  // None while an array waits for its turn, or is synchronised by another node of a cluster.
  std::optional<std::int64_t> blocksSynced = {};
  std::optional<std::int64_t> disksRequired = {};
  std::optional<std::int64_t> disksActive = {};
  std::int64_t disksFailed = 0;
  std::int64_t disksSpare = 0;
};

// All arrays of the file. What makes no sense is added to the refusals, and lines that are not
// known are passed over.
std::vector<RaidArray> parseRaidStatus(const KernelFile& mdstat, std::vector<ParseError>& refusals);

}  // namespace orchestrator_exporter
