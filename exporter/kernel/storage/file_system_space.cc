#include "exporter/kernel/storage/file_system_space.h"

#include <sys/statfs.h>

#include <cerrno>

namespace orchestrator_exporter {

FileSystemSpace askSpace(const std::string& path) noexcept {
  // A path that C would cut short is another path.
  if (path.find('\0') != std::string::npos) return {.error = EINVAL};
  struct statfs status {};
  int failed = 0;
  do {
    failed = statfs(path.c_str(), &status);
  } while (failed != 0 && errno == EINTR);
  if (failed != 0) return {.error = errno};

  const auto blockBytes = static_cast<double>(status.f_bsize);
  return {.size = static_cast<double>(status.f_blocks) * blockBytes,
          .free = static_cast<double>(status.f_bfree) * blockBytes,
          .available = static_cast<double>(status.f_bavail) * blockBytes,
          .files = static_cast<double>(status.f_files),
          .filesFree = static_cast<double>(status.f_ffree)};
}

}  // namespace orchestrator_exporter
