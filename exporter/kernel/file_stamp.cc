#include "exporter/kernel/file_stamp.h"

namespace orchestrator_exporter {

std::optional<FileStamp> stampOf(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileStamp{status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
                   status.st_mtim.tv_nsec};
}

}  // namespace orchestrator_exporter
