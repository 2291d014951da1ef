#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orchestrator_exporter {

// Errors of a device since they were last reset.
struct BtrfsErrors {
  std::uint64_t write = 0;
  std::uint64_t read = 0;
  std::uint64_t flush = 0;
  std::uint64_t corruption = 0;
  std::uint64_t generation = 0;
};

// A device of a btrfs file system, as the file system itself knows it.
struct BtrfsDevice {
  std::string path;
  std::string uuid;  // with dashes
  std::uint64_t totalBytes = 0;
  std::uint64_t usedBytes = 0;
  std::optional<BtrfsErrors> errors = {};  // nullopt if it does not tell
};

struct BtrfsDevices {
  std::string fileSystemUuid;  // without dashes
  std::vector<BtrfsDevice> devices;
};

// Asks the file system mounted at the path (ioctls of linux/btrfs.h). nullopt if that is not
// possible, for whatever reason: another file system, no permission.
std::optional<BtrfsDevices> askBtrfsDevices(const std::string& mountPath);

}  // namespace orchestrator_exporter
