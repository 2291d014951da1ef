#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/path.h"
#include "exporter/kernel/storage/btrfs_devices.h"
#include "exporter/kernel/storage/mount_table.h"

namespace orchestrator_exporter {

namespace {

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::array<std::string_view, 3> kBlockGroupTypes = {"data", "metadata", "system"};

// Bytes on the devices for each byte of data in a block group of this profile; nullopt if it is not
// known.
std::optional<double> allocationRatio(std::string_view mode, double devices) {
  if (mode == "single" || mode == "raid0") return 1;
  if (mode == "dup" || mode == "raid1" || mode == "raid10") return 2;
  if (mode == "raid1c3") return 3;
  if (mode == "raid1c4") return 4;
  if (mode == "raid5") return devices / (devices - 1);
  if (mode == "raid6") return devices / (devices - 2);
  return std::nullopt;
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
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    auto names = kernel.list("sys/fs/btrfs");
    if (!names) return;
    std::erase_if(*names, [](std::string_view name) { return name.find('-') == name.npos; });
    if (names->empty()) return;
    const std::vector<BtrfsDevices> mounted = askMountedFileSystems(kernel);
    for (const std::string_view name : *names) giveFileSystem(kernel, name, mounted, out);
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveFileSystem(Kernel& kernel, std::string_view name,
                      const std::vector<BtrfsDevices>& mounted, Sink& out) {
    const std::string_view directory = kernel.path("sys/fs/btrfs/", name);
    std::string_view uuid = readText(kernel, kernel.path(directory, "/metadata_uuid"));
    if (uuid.empty()) uuid = name;
    const std::string_view label = readText(kernel, kernel.path(directory, "/label"));
    out.gauge("node_btrfs_info", "Label of the file system, always 1.")
        .add(1, {{"label", label}, {"uuid", uuid}});
    addIfKnown(out.gauge("node_btrfs_global_rsv_size_bytes",
                         "Size of the reserve for changes of metadata in bytes."),
               readFigure(kernel, kernel.path(directory, "/allocation/global_rsv_size")),
               {{"uuid", uuid}});
    complaints_.attempt([&] { giveCommits(kernel, directory, uuid, out); });
    const auto devices = list(kernel, kernel.path(directory, "/devices"));
    for (const std::string_view type : kBlockGroupTypes) {
      giveAllocation(kernel, kernel.path(directory, "/allocation/", type), type, devices.size(),
                     uuid, out);
    }
    const std::string plainUuid = withoutDashes(uuid);
    const auto answer = std::find_if(mounted.begin(), mounted.end(), [&](const auto& system) {
      return system.fileSystemUuid == plainUuid;
    });
    if (answer != mounted.end()) {
      for (const BtrfsDevice& device : answer->devices) giveDevice(device, uuid, out);
      return;
    }
    for (const std::string_view device : devices) {
      const auto sectors = readNumber(kernel, kernel.path(directory, "/devices/", device, "/size"));
      if (!sectors) continue;
      deviceSize(out).add(static_cast<double>(*sectors * kSectorBytes),
                          {{"device", device}, {"uuid", uuid}});
    }
  }

  // Empty if there is none or it cannot be read.
  std::string_view readText(Kernel& kernel, std::string_view path) {
    return complaints_.valueOf([&] { return readAttribute(kernel, path); }).value_or("");
  }

  // A number of an attribute, the largest if it is too large; nullopt if it is missing or none.
  std::optional<std::uint64_t> readNumber(Kernel& kernel, std::string_view path) {
    return complaints_.valueOf([&]() -> std::optional<std::uint64_t> {
      const auto text = readAttribute(kernel, path);
      if (!text) return std::nullopt;
      if (const auto value = parseUnsigned(*text)) return value;
      const bool tooLarge = !text->empty() && text->find_first_not_of("0123456789") == text->npos;
      if (!tooLarge) throw ParseError(path, 1, "a whole number", *text);
      return std::numeric_limits<std::uint64_t>::max();
    });
  }

  std::optional<double> readFigure(Kernel& kernel, std::string_view path) {
    return readNumber(kernel, path);
  }

  // The names in a directory that every file system has; none if it cannot be read.
  std::vector<std::string_view> list(Kernel& kernel, std::string_view path) {
    const auto names = complaints_.valueOf([&] {
      auto found = kernel.list(path);
      if (!found) throw ReadError(ENOENT, path);
      return found;
    });
    return names.value_or(std::vector<std::string_view>{});
  }

  // Kernels before 6.1 have no such file.
  void giveCommits(Kernel& kernel, std::string_view directory, std::string_view uuid, Sink& out) {
    const auto file = kernel.read(kernel.path(directory, "/commit_stats"));
    if (!file) return;
    for (const Row& row : file->rows()) {
      if (row.empty()) continue;
      complaints_.attempt([&] { giveCommitFigure(row, uuid, out); });
    }
  }

  static void giveCommitFigure(const Row& row, std::string_view uuid, Sink& out) {
    const std::string_view key = row.word(0);
    const auto value = [&] { return static_cast<double>(row.unsignedInteger(1)); };
    if (key == "commits") {
      out.counter("node_btrfs_commits_total", "Transactions that were committed.")
          .add(value(), {{"uuid", uuid}});
    } else if (key == "last_commit_ms") {
      out.gauge("node_btrfs_last_commit_seconds", "Duration of the last commit.")
          .add(value() / 1000, {{"uuid", uuid}});
    } else if (key == "max_commit_ms") {
      out.gauge("node_btrfs_max_commit_seconds", "Duration of the longest commit.")
          .add(value() / 1000, {{"uuid", uuid}});
    } else if (key == "total_commit_ms") {
      out.counter("node_btrfs_commit_seconds_total", "Duration of all commits.")
          .add(value() / 1000, {{"uuid", uuid}});
    }
  }

  void giveAllocation(Kernel& kernel, std::string_view directory, std::string_view type,
                      std::size_t devices, std::string_view uuid, Sink& out) {
    const auto entries = list(kernel, directory);
    addIfKnown(
        out.gauge("node_btrfs_reserved_bytes", "Space that is reserved for what is being written."),
        readFigure(kernel, kernel.path(directory, "/bytes_reserved")),
        {{"block_group_type", type}, {"uuid", uuid}});
    for (const std::string_view mode : entries) {
      const std::string_view layout = kernel.path(directory, "/", mode);
      if (!isDirectory(kernel, layout)) continue;
      const std::initializer_list<Label> labels{
          {"block_group_type", type}, {"mode", mode}, {"uuid", uuid}};
      addIfKnown(out.gauge("node_btrfs_used_bytes", "Space that holds data, by kind and profile."),
                 readFigure(kernel, kernel.path(layout, "/used_bytes")), labels);
      addIfKnown(out.gauge("node_btrfs_size_bytes", "Space for data, by kind and profile."),
                 readFigure(kernel, kernel.path(layout, "/total_bytes")), labels);
      if (devices == 0) continue;
      addIfKnown(out.gauge("node_btrfs_allocation_ratio",
                           "Bytes that the profile takes on the devices for each byte of data."),
                 allocationRatio(mode, static_cast<double>(devices)), labels);
    }
  }

  static void giveDevice(const BtrfsDevice& device, std::string_view uuid, Sink& out) {
    const std::string_view name = baseName(device.path);
    const std::array<Label, 3> labels{
        Label{"btrfs_dev_uuid", device.uuid}, {"device", name}, {"uuid", uuid}};
    deviceSize(out).add(static_cast<double>(device.totalBytes), labels);
    out.gauge("node_btrfs_device_unused_bytes", "Space of the device that no chunk takes.")
        .add(static_cast<double>(device.totalBytes - device.usedBytes), labels);
    if (!device.errors) return;
    const auto errors =
        out.counter("node_btrfs_device_errors_total", "Errors of the device, by type.");
    const auto addErrors = [&](std::string_view type, std::uint64_t count) {
      errors.add(
          static_cast<double>(count),
          {{"btrfs_dev_uuid", device.uuid}, {"device", name}, {"type", type}, {"uuid", uuid}});
    };
    addErrors("write", device.errors->write);
    addErrors("read", device.errors->read);
    addErrors("flush", device.errors->flush);
    addErrors("corruption", device.errors->corruption);
    addErrors("generation", device.errors->generation);
  }

  static ScalarFamily deviceSize(Sink& out) {
    return out.gauge("node_btrfs_device_size_bytes",
                     "Size of a device of the file system in bytes.");
  }

  Complaints complaints_;
};

const RegisterCollector<Btrfs> btrfs{
    {.name = "btrfs",
     .reads = "sys/fs/btrfs/*-*/; ioctls of btrfs on a mount point of each file system"}};

}  // namespace

}  // namespace orchestrator_exporter
