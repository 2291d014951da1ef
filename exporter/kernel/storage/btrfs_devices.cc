#include "exporter/kernel/storage/btrfs_devices.h"

#include <linux/btrfs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter {

namespace {

class Directory {
 public:
  explicit Directory(const std::string& path) : descriptor_(openDirectory(path)) {}

  // Other file systems may take the same request numbers for something else.
  bool isBtrfs() const {
    struct statfs status {};
    return descriptor_.isOpen() && fstatfs(descriptor_.get(), &status) == 0 &&
           status.f_type == BTRFS_SUPER_MAGIC;
  }
  // 0 or the errno.
  template <typename Arguments>
  int ask(unsigned long request, Arguments& arguments) const {
    return ioctl(descriptor_.get(), request, &arguments) == 0 ? 0 : errno;
  }

 private:
  Descriptor descriptor_;
};

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string withDashes(std::string uuid) {
  for (const std::size_t place : {20, 16, 12, 8}) uuid.insert(place, "-");
  return uuid;
}

std::optional<BtrfsErrors> errorsOf(const Directory& directory, std::uint64_t id) {
  btrfs_ioctl_get_dev_stats statistics{};
  statistics.devid = id;
  statistics.nr_items = BTRFS_DEV_STAT_VALUES_MAX;
  if (directory.ask(BTRFS_IOC_GET_DEV_STATS, statistics) != 0) return std::nullopt;
  return BtrfsErrors{.write = statistics.values[BTRFS_DEV_STAT_WRITE_ERRS],
                     .read = statistics.values[BTRFS_DEV_STAT_READ_ERRS],
                     .flush = statistics.values[BTRFS_DEV_STAT_FLUSH_ERRS],
                     .corruption = statistics.values[BTRFS_DEV_STAT_CORRUPTION_ERRS],
                     .generation = statistics.values[BTRFS_DEV_STAT_GENERATION_ERRS]};
}

}  // namespace

std::optional<BtrfsDevices> askBtrfsDevices(const std::string& mountPath) {
  const Directory directory(mountPath);
  btrfs_ioctl_fs_info_args info{};
  if (!directory.isBtrfs() || directory.ask(BTRFS_IOC_FS_INFO, info) != 0) return std::nullopt;
  BtrfsDevices found{hexadecimal(info.fsid), {}};
  for (std::uint64_t id = 0; id <= info.max_id && found.devices.size() < info.num_devices; ++id) {
    btrfs_ioctl_dev_info_args device{};
    device.devid = id;
    const int error = directory.ask(BTRFS_IOC_DEV_INFO, device);
    if (error == ENODEV) continue;  // numbers of removed devices are not used again
    if (error != 0) return std::nullopt;
    const char* const path = reinterpret_cast<const char*>(device.path);
    found.devices.push_back({.path = std::string(path, strnlen(path, sizeof device.path)),
                             .uuid = withDashes(hexadecimal(device.uuid)),
                             .totalBytes = device.total_bytes,
                             .usedBytes = device.bytes_used,
                             .errors = errorsOf(directory, id)});
  }
  return found;
}

}  // namespace orchestrator_exporter
