#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>

namespace orchestrator_exporter {

// What tells one state of a file from another without reading it: who it is, how large, and when it
// was last written (stat(2)).
struct FileStamp {
  dev_t device = 0;
  ino_t number = 0;
  off_t size = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  bool operator==(const FileStamp&) const = default;
};

// nullopt if there is no such file.
std::optional<FileStamp> stampOf(const std::string& path);

}  // namespace orchestrator_exporter
