#pragma once

#include <filesystem>

#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

// Opens the history.db of a directory of state to read it. Throws std::runtime_error, with the file
// in it, if there is none or it is no history of this version.
Database openToRead(const std::filesystem::path& directory);

}  // namespace orchestrator_exporter::history
