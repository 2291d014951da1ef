#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace orchestrator_exporter::history {

// What a check of a history on disk looked at.
struct Checked {
  std::size_t series = 0;
  std::size_t blocks = 0;
  std::size_t chunks = 0;         // of blocks
  std::size_t writtenChunks = 0;  // series of samples with times of their own
  std::size_t rows = 0;           // of the log
  std::size_t damaged = 0;
};

// Reads all of the history.db of a directory of state: SQLite's own check, every checksum, every
// chunk to its end. `tell` gets a line for each part that is damaged, with the series and the times
// if they are known. Changes nothing; the file may be written to meanwhile. Throws
// std::runtime_error if the file cannot be read at all.
Checked checkHistory(const std::filesystem::path& directory,
                     const std::function<void(const std::string&)>& tell);

}  // namespace orchestrator_exporter::history
