#pragma once

#include <string>

namespace orchestrator_exporter {

// What statfs(2) tells of a mounted file system. Sizes are in bytes.
struct FileSystemSpace {
  int error = 0;  // errno; the rest is unknown where it is not 0
  double size = 0;
  double free = 0;
  double available = 0;  // to unprivileged users
  double files = 0;
  double filesFree = 0;
};

// Asks the file system that is mounted at the path. May wait for as long as its server is silent.
FileSystemSpace askSpace(const std::string& path) noexcept;

}  // namespace orchestrator_exporter
