#pragma once

#include <filesystem>

namespace orchestrator_exporter::history {

// The directory that a process keeps its state in, for it alone: made with mode 0700 if it is
// missing, and held by a lock on its file `lock` for as long as the object lives. Throws
// std::runtime_error, without the path, if it cannot be made or another process holds it.
class StateDirectory {
 public:
  explicit StateDirectory(std::filesystem::path path);
  ~StateDirectory();
  StateDirectory(const StateDirectory&) = delete;
  StateDirectory& operator=(const StateDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_;
};

}  // namespace orchestrator_exporter::history
