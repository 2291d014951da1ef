#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include "metrics/history/store/sqlite/database.h"
#include "metrics/pipeline/session.h"

namespace orchestrator_exporter::pipeline {

// Sessions in state.db of a directory of state, where they outlast the process: the last thousand.
// Thread-safe. Every call throws history::DatabaseError with SQLite's reason.
class SessionStore {
 public:
  // Makes the directory and the file if they are missing. Sessions that a process before left
  // unfinished are failed from now on.
  explicit SessionStore(const std::filesystem::path& directory);

  // What a directory of state has, as JSON objects, the newest first, separated by commas: empty if
  // it has none. Nothing is changed, and a process may be writing to it.
  static std::string keptIn(const std::filesystem::path& directory);

  void save(const Session& session);
  // As JSON; empty if there is none of this id.
  std::string load(const std::string& id);
  // Those of processes before as JSON objects, the newest first, separated by commas.
  std::string listBefore();

 private:
  std::mutex mutex_;
  history::Database database_;
  std::string began_;  // ids before this one are of processes before
};

}  // namespace orchestrator_exporter::pipeline
