#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>

namespace orchestrator_exporter::http {

// What tells one state of a file from another without reading it (stat(2)): who it is, how large,
// when it was written last, and when its owner or mode changed last.
struct FileStamp {
  dev_t device = 0;
  ino_t number = 0;
  off_t size = 0;
  std::int64_t written = 0;  // in nanoseconds since 1970
  std::int64_t changed = 0;

  bool operator==(const FileStamp&) const = default;
};

// nullopt if there is no such file.
std::optional<FileStamp> stampOf(const std::string& path);

// The content of a configuration file. Throws std::runtime_error with the reason, such as
// "Permission denied", for what cannot be read, is a directory, pipe or socket, or is larger than 4
// MiB.
std::string readConfiguration(const std::string& path);

}  // namespace orchestrator_exporter::http
