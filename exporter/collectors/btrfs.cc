#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/path.h"
#include "exporter/kernel/storage/btrfs_devices.h"
#include "exporter/kernel/storage/mount_table.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter {

namespace {

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::array<std::string_view, 3> kBlockGroupTypes = {"data", "metadata", "system"};

// A number of an attribute: 0 where it is missing or none, the largest where it is too large.
std::uint64_t readNumber(Kernel& kernel, std::string_view path) {
  const std::string_view text = readAttribute(kernel, path).value_or("");
  if (const auto value = parseUnsigned(text)) return *value;
  const bool tooLarge = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  return tooLarge ? std::numeric_limits<std::uint64_t>::max() : 0;
}

double readFigure(Kernel& kernel, std::string_view path) {
  return static_cast<double>(readNumber(kernel, path));
}

std::vector<std::string_view> requireList(Kernel& kernel, std::string_view path) {
  auto names = kernel.list(path);
  if (!names) throw ReadError(ENOENT, path);
  return *std::move(names);
}

// Bytes on the devices for each byte of data in a block group of this profile.
double allocationRatio(std::string_view mode, double devices) {
  if (mode == "single" || mode == "raid0") return 1;
  if (mode == "dup" || mode == "raid1" || mode == "raid10") return 2;
  if (mode == "raid1c3") return 3;
  if (mode == "raid1c4") return 4;
  if (mode == "raid5") return devices / (devices - 1);
  if (mode == "raid6") return devices / (devices - 2);
  return 0;
}

std::string withoutDashes(std::string_view uuid) {
  std::string plain(uuid);
  std::erase(plain, '-');
  return plain;
}

// What each mounted btrfs file system tells of its devices.
std::vector<BtrfsDevices> askMountedFileSystems(Kernel& kernel) {
  const std::vector<Mount> mounts = readMountsLeniently(kernel);
  const SlowMounts slow(mounts);
  std::vector<BtrfsDevices> found;
  std::vector<std::string_view> doneSources;
  for (const Mount& mount : mounts) {
    const bool done =
        std::find(doneSources.begin(), doneSources.end(), mount.source) != doneSources.end();
    if (mount.type != "btrfs" || done || slow.has(mount)) continue;
    auto devices = askBtrfsDevices(mount.path(kernel.roots()));
    if (!devices) continue;  // perhaps another mount point of it can be opened
    doneSources.push_back(mount.source);
    found.push_back(*std::move(devices));
  }
  return found;
}

class Btrfs final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    auto names = kernel.list("sys/fs/btrfs");
    if (!names) return;
    std::erase_if(*names, [](std::string_view name) { return name.find('-') == name.npos; });
    if (names->empty()) return;
    const std::vector<BtrfsDevices> mounted = askMountedFileSystems(kernel);
    // A file system that cannot be read takes the samples of all with it.
    samples_.clear();
    for (const std::string_view name : *names) addFileSystem(kernel, name, mounted);
    samples_.replay(out);
  }

  void addFileSystem(Kernel& kernel, std::string_view name,
                     const std::vector<BtrfsDevices>& mounted) {
    const std::string_view directory = kernel.path("sys/fs/btrfs/", name);
    std::string_view uuid =
        readAttribute(kernel, kernel.path(directory, "/metadata_uuid")).value_or("");
    if (uuid.empty()) uuid = name;
    const std::string_view label =
        readAttribute(kernel, kernel.path(directory, "/label")).value_or("");
    samples_.gauge("node_btrfs_info", "Label of the file system, always 1.")
        .add(1, {{"label", label}, {"uuid", uuid}});
    // Every kernel has the list of features; without it node_exporter takes the reserve for 0.
    const bool whole = kernel.exists(kernel.path(directory, "/features"));
    samples_
        .gauge("node_btrfs_global_rsv_size_bytes",
               "Size of the reserve for changes of metadata in bytes.")
        .add(whole ? readFigure(kernel, kernel.path(directory, "/allocation/global_rsv_size")) : 0,
             {{"uuid", uuid}});
    addCommits(kernel, directory, uuid);
    const auto devices = requireList(kernel, kernel.path(directory, "/devices"));
    for (const std::string_view type : kBlockGroupTypes) {
      addAllocation(kernel, kernel.path(directory, "/allocation/", type), type,
                    static_cast<double>(devices.size()), uuid);
    }
    const std::string plainUuid = withoutDashes(uuid);
    const auto answer = std::find_if(mounted.begin(), mounted.end(), [&](const auto& system) {
      return system.fileSystemUuid == plainUuid;
    });
    if (answer != mounted.end()) {
      for (const BtrfsDevice& device : answer->devices) addDevice(device, uuid);
      return;
    }
    for (const std::string_view device : devices) {
      const std::uint64_t sectors =
          readNumber(kernel, kernel.path(directory, "/devices/", device, "/size"));
      deviceSize().add(static_cast<double>(sectors * kSectorBytes),
                       {{"device", device}, {"uuid", uuid}});
    }
  }

  // Of kernels that have no such file, the figures are 0.
  void addCommits(Kernel& kernel, std::string_view directory, std::string_view uuid) {
    double commits = 0, last = 0, longest = 0, total = 0;
    if (const auto file = kernel.read(kernel.path(directory, "/commit_stats"))) {
      for (const Row& row : file->rows()) {
        if (row.size() != 2) throw row.error("a name and a number", row.text());
        const auto value = static_cast<double>(row.unsignedInteger(1));
        if (row.word(0) == "commits") commits = value;
        if (row.word(0) == "last_commit_ms") last = value;
        if (row.word(0) == "max_commit_ms") longest = value;
        if (row.word(0) == "total_commit_ms") total = value;
      }
    }
    samples_.counter("node_btrfs_commits_total", "Transactions that were committed.")
        .add(commits, {{"uuid", uuid}});
    samples_.gauge("node_btrfs_last_commit_seconds", "Duration of the last commit.")
        .add(last / 1000, {{"uuid", uuid}});
    samples_.gauge("node_btrfs_max_commit_seconds", "Duration of the longest commit.")
        .add(longest / 1000, {{"uuid", uuid}});
    samples_.counter("node_btrfs_commit_seconds_total", "Duration of all commits.")
        .add(total / 1000, {{"uuid", uuid}});
  }

  void addAllocation(Kernel& kernel, std::string_view directory, std::string_view type,
                     double devices, std::string_view uuid) {
    const auto entries = requireList(kernel, directory);
    samples_.gauge("node_btrfs_reserved_bytes", "Space that is reserved for what is being written.")
        .add(readFigure(kernel, kernel.path(directory, "/bytes_reserved")),
             {{"block_group_type", type}, {"uuid", uuid}});
    for (const std::string_view mode : entries) {
      const std::string_view layout = kernel.path(directory, "/", mode);
      if (!isDirectory(kernel, layout)) continue;
      const std::array<Label, 3> labels{
          Label{"block_group_type", type}, {"mode", mode}, {"uuid", uuid}};
      samples_.gauge("node_btrfs_used_bytes", "Space that holds data, by kind and profile.")
          .add(readFigure(kernel, kernel.path(layout, "/used_bytes")), labels);
      samples_.gauge("node_btrfs_size_bytes", "Space for data, by kind and profile.")
          .add(readFigure(kernel, kernel.path(layout, "/total_bytes")), labels);
      samples_
          .gauge("node_btrfs_allocation_ratio",
                 "Bytes that the profile takes on the devices for each byte of data.")
          .add(allocationRatio(mode, devices), labels);
    }
  }

  void addDevice(const BtrfsDevice& device, std::string_view uuid) {
    const std::string_view name = baseName(device.path);
    const std::array<Label, 3> labels{
        Label{"btrfs_dev_uuid", device.uuid}, {"device", name}, {"uuid", uuid}};
    deviceSize().add(static_cast<double>(device.totalBytes), labels);
    samples_.gauge("node_btrfs_device_unused_bytes", "Space of the device that no chunk takes.")
        .add(static_cast<double>(device.totalBytes - device.usedBytes), labels);
    const auto errors =
        samples_.counter("node_btrfs_device_errors_total", "Errors of the device, by type.");
    const auto addErrors = [&](std::string_view type, std::uint64_t count) {
      errors.add(
          static_cast<double>(count),
          {{"btrfs_dev_uuid", device.uuid}, {"device", name}, {"type", type}, {"uuid", uuid}});
    };
    addErrors("write", device.writeErrors);
    addErrors("read", device.readErrors);
    addErrors("flush", device.flushErrors);
    addErrors("corruption", device.corruptionErrors);
    addErrors("generation", device.generationErrors);
  }

  ScalarFamily deviceSize() {
    return samples_.gauge("node_btrfs_device_size_bytes",
                          "Size of a device of the file system in bytes.");
  }

  Snapshot samples_;
};

const RegisterCollector<Btrfs> btrfs{
    {.name = "btrfs",
     .reads = "sys/fs/btrfs/*-*/; ioctls of btrfs on a mount point of each file system"}};

}  // namespace

}  // namespace orchestrator_exporter
