#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

// Readings of one block are of the same two hours since 1970.
inline constexpr std::int64_t kBlockSpan = std::int64_t{2} * 60 * 60 * 1000;

// The begin of the two hours of a time.
std::int64_t blockBegin(std::int64_t time);

// Turns the readings of the log that are older than `boundary` into blocks, in one transaction.
// The last of them stays in the log besides. Returns how many rows were damaged and are lost;
// nullopt if there was nothing to do.
std::optional<std::size_t> compactLog(Database& database, std::int64_t boundary);

}  // namespace orchestrator_exporter::history
