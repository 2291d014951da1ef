#pragma once

#include <filesystem>
#include <map>
#include <set>

namespace orchestrator_exporter {

// Tells which files below a folder were opened for reading, by whomever and in whatever way
// (inotify(7)). Symbolic links are told as what they lead to.
class OpenedFiles {
 public:
  explicit OpenedFiles(const std::filesystem::path& folder);
  ~OpenedFiles();
  OpenedFiles(const OpenedFiles&) = delete;
  OpenedFiles& operator=(const OpenedFiles&) = delete;

  // The files that were opened since the last call.
  std::set<std::filesystem::path> take();

 private:
  void watch(const std::filesystem::path& folder);

  int queue_;
  std::map<int, std::filesystem::path> folders_;
};

}  // namespace orchestrator_exporter
