#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace orchestrator_exporter::history {

// Copies the history.db of a directory of state to snapshots/NAME/ in it, consistently, while
// others write. NAME is the time and some random digits, and is returned. Throws
// std::runtime_error.
std::string takeSnapshot(const std::filesystem::path& directory,
                         std::chrono::system_clock::time_point now);

}  // namespace orchestrator_exporter::history
