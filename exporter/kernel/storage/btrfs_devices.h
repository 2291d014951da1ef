#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orchestrator_exporter {

// A device of a btrfs file system, as the file system itself knows it.
struct BtrfsDevice {
  std::string path;
  std::string uuid;  // with dashes
  std::uint64_t totalBytes = 0;
  std::uint64_t usedBytes = 0;
  // Errors since they were last reset.
  std::uint64_t writeErrors = 0;
  std::uint64_t readErrors = 0;
  std::uint64_t flushErrors = 0;
  std::uint64_t corruptionErrors = 0;
  std::uint64_t generationErrors = 0;
};

struct BtrfsDevices {
  std::string fileSystemUuid;  // without dashes
  std::vector<BtrfsDevice> devices;
};

// Asks the file system mounted at the path (ioctls of linux/btrfs.h). nullopt where that is not
// possible, for whatever reason: another file system, a missing device, no permission.
std::optional<BtrfsDevices> askBtrfsDevices(const std::string& mountPath);

}  // namespace orchestrator_exporter
