#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kIncludeFlag = "collector.diskstats.device-include";
constexpr const char* kExcludeFlag = "collector.diskstats.device-exclude";
constexpr const char* kOldExcludeFlag = "collector.diskstats.ignored-devices";
constexpr std::string_view kUdevDirectory = "run/udev/data/";

// The kernel counts sectors of 512 bytes, whatever the device's own are.
constexpr double kSectorBytes = 512;
constexpr double kMillisecond = 1.0 / 1000;

// The columns after the name, see Documentation/admin-guide/iostats.rst.
struct Column {
  MetricType type;
  double unit;
  std::string_view family;
  std::string_view help;
};

constexpr auto kCounter = MetricType::kCounter;
constexpr Column kColumns[] = {
    {kCounter, 1, "node_disk_reads_completed_total", "Reads completed."},
    {kCounter, 1, "node_disk_reads_merged_total", "Reads merged with one that was waiting."},
    {kCounter, kSectorBytes, "node_disk_read_bytes_total", "Bytes read."},
    {kCounter, kMillisecond, "node_disk_read_time_seconds_total", "Time spent by all reads."},
    {kCounter, 1, "node_disk_writes_completed_total", "Writes completed."},
    {kCounter, 1, "node_disk_writes_merged_total", "Writes merged with one that was waiting."},
    {kCounter, kSectorBytes, "node_disk_written_bytes_total", "Bytes written."},
    {kCounter, kMillisecond, "node_disk_write_time_seconds_total", "Time spent by all writes."},
    {MetricType::kGauge, 1, "node_disk_io_now", "Requests in progress."},
    {kCounter, kMillisecond, "node_disk_io_time_seconds_total",
     "Time in which the device had something to do."},
    {kCounter, kMillisecond, "node_disk_io_time_weighted_seconds_total",
     "Time that requests have spent, those in progress included."},
    {kCounter, 1, "node_disk_discards_completed_total", "Discards completed."},
    {kCounter, 1, "node_disk_discards_merged_total", "Discards merged with one that was waiting."},
    {kCounter, 1, "node_disk_discarded_sectors_total", "Sectors of 512 bytes discarded."},
    {kCounter, kMillisecond, "node_disk_discard_time_seconds_total", "Time spent by all discards."},
    {kCounter, 1, "node_disk_flush_requests_total", "Flushes completed."},
    {kCounter, kMillisecond, "node_disk_flush_requests_time_seconds_total",
     "Time spent by all flushes."},
};
// Before the name stand the device's numbers. Kernels before 2.6.25 wrote shorter rows for
// partitions.
constexpr std::size_t kFirstColumn = 3;
constexpr std::size_t kFewestColumns = 14;

struct Disk {
  std::string major;
  std::string minor;
  std::string_view name;
  std::array<std::uint64_t, std::size(kColumns)> values{};
  std::size_t columns = 0;
};

std::string deviceNumber(const Row& row, std::size_t index) {
  const std::uint64_t number = row.unsignedInteger(index);
  if (number > std::numeric_limits<std::uint32_t>::max()) {
    throw row.error("a device number of at most 32 bits", row.word(index));
  }
  return std::to_string(number);
}

std::optional<Disk> diskOf(const Row& row) {
  Disk disk;
  const std::size_t size = row.size();
  if (size > 0) disk.major = deviceNumber(row, 0);
  if (size > 1) disk.minor = deviceNumber(row, 1);
  for (std::size_t i = kFirstColumn; i < size && disk.columns < std::size(kColumns); ++i) {
    disk.values[disk.columns++] = row.unsignedInteger(i);
  }
  if (size < kFewestColumns) return std::nullopt;
  disk.name = row.word(2);
  return disk;
}

// What udev has found out about a device: the `E:KEY=value` lines of its record. Empty if unknown.
struct UdevRecord {
  std::string_view path, wwn, model, revision, scsiSerial, shortSerial, serial;
  std::string_view fsType, fsUsage, fsUuid, fsVersion;
  std::string_view dmName, dmUuid, dmVgName, dmLvName, dmLvLayer;
  std::string_view ata, ataWriteCache, ataWriteCacheEnabled, ataRotationRate;
};

struct UdevKey {
  std::string_view key;
  std::string_view UdevRecord::*field;
};

constexpr UdevKey kUdevKeys[] = {
    {"ID_PATH", &UdevRecord::path},
    {"ID_WWN", &UdevRecord::wwn},
    {"ID_MODEL", &UdevRecord::model},
    {"ID_REVISION", &UdevRecord::revision},
    {"SCSI_IDENT_SERIAL", &UdevRecord::scsiSerial},
    {"ID_SERIAL_SHORT", &UdevRecord::shortSerial},
    {"ID_SERIAL", &UdevRecord::serial},
    {"ID_FS_TYPE", &UdevRecord::fsType},
    {"ID_FS_USAGE", &UdevRecord::fsUsage},
    {"ID_FS_UUID", &UdevRecord::fsUuid},
    {"ID_FS_VERSION", &UdevRecord::fsVersion},
    {"DM_NAME", &UdevRecord::dmName},
    {"DM_UUID", &UdevRecord::dmUuid},
    {"DM_VG_NAME", &UdevRecord::dmVgName},
    {"DM_LV_NAME", &UdevRecord::dmLvName},
    {"DM_LV_LAYER", &UdevRecord::dmLvLayer},
    {"ID_ATA", &UdevRecord::ata},
    {"ID_ATA_WRITE_CACHE", &UdevRecord::ataWriteCache},
    {"ID_ATA_WRITE_CACHE_ENABLED", &UdevRecord::ataWriteCacheEnabled},
    {"ID_ATA_ROTATION_RATE_RPM", &UdevRecord::ataRotationRate},
};

UdevRecord parseUdevRecord(std::string_view text) {
  UdevRecord record;
  for (const Row& row : Rows({}, text)) {
    std::string_view line = row.text();
    const std::size_t equals = line.find('=');
    if (!line.starts_with("E:") || equals == std::string_view::npos) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view key = line.substr(2, equals - 2);
    for (const UdevKey& known : kUdevKeys) {
      if (known.key == key) record.*known.field = line.substr(equals + 1);
    }
  }
  return record;
}

std::string_view firstOf(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

void addValues(const Disk& disk, Sink& out) {
  for (std::size_t i = 0; i < disk.columns; ++i) {
    const Column& column = kColumns[i];
    ScalarFamily(out.family({column.family, column.help, column.type}))
        .add(static_cast<double>(disk.values[i]) * column.unit, {{"device", disk.name}});
  }
}

void addAta(const Disk& disk, const UdevRecord& udev, Sink& out) {
  if (udev.ata.empty()) return;
  const auto add = [&](std::string_view family, std::string_view help, std::string_view text) {
    if (const auto value = parseNumber(text)) {
      out.gauge(family, help).add(*value, {{"device", disk.name}});
    }
  };
  add("node_disk_ata_write_cache", "1 where the ATA disk has a write cache.", udev.ataWriteCache);
  add("node_disk_ata_write_cache_enabled", "1 where the ATA disk uses its write cache.",
      udev.ataWriteCacheEnabled);
  add("node_disk_ata_rotation_rate_rpm",
      "Rotations of the ATA disk per minute; 0 where nothing rotates.", udev.ataRotationRate);
}

void addInfo(const Disk& disk, std::string_view rotational, const UdevRecord& udev, Sink& out) {
  out.gauge("node_disk_info", "What is known about the device; always 1.")
      .add(1, {{"device", disk.name},
               {"major", disk.major},
               {"minor", disk.minor},
               {"path", udev.path},
               {"wwn", udev.wwn},
               {"model", udev.model},
               {"serial", firstOf({udev.scsiSerial, udev.shortSerial, udev.serial})},
               {"revision", udev.revision},
               {"rotational", rotational}});
  if (!udev.fsType.empty()) {
    out.gauge("node_disk_filesystem_info", "The file system on the device; always 1.")
        .add(1, {{"device", disk.name},
                 {"type", udev.fsType},
                 {"usage", udev.fsUsage},
                 {"uuid", udev.fsUuid},
                 {"version", udev.fsVersion}});
  }
  if (!udev.dmName.empty()) {
    out.gauge("node_disk_device_mapper_info", "What the device mapper calls the device; always 1.")
        .add(1, {{"device", disk.name},
                 {"name", udev.dmName},
                 {"uuid", udev.dmUuid},
                 {"vg_name", udev.dmVgName},
                 {"lv_name", udev.dmLvName},
                 {"lv_layer", udev.dmLvLayer}});
  }
}

class Diskstats final : public Collector {
 public:
  Diskstats(const Flags& flags, Kernel& kernel)
      : devices_(NameFilter::oneOf(flags, kIncludeFlag, kExcludeFlag, {}, kOldExcludeFlag)),
        udev_(kernel.exists(kUdevDirectory)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    for (const Row& row : kernel.require("proc/diskstats", Kernel::End::kShortRecords).rows()) {
      complaints_.attempt([&] {
        const auto disk = diskOf(row);
        if (disk && devices_.takes(disk->name)) give(kernel, *disk, out);
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void give(Kernel& kernel, const Disk& disk, Sink& out) {
    const UdevRecord udev = udevRecord(kernel, disk);
    addInfo(disk, rotational(kernel, disk.name), udev, out);
    addValues(disk, out);
    addAta(disk, udev, out);
  }

  // "1" or "0", and empty if that is not known. Partitions have no queue of their own, and do not
  // rotate for node_exporter.
  std::string_view rotational(Kernel& kernel, std::string_view device) {
    const auto read = [&]() -> std::optional<std::string_view> {
      return kernel.readText(kernel.path("sys/block/", device, "/queue/rotational")) == "1" ? "1"
                                                                                            : "0";
    };
    return complaints_.valueOf(read).value_or("");
  }

  UdevRecord udevRecord(Kernel& kernel, const Disk& disk) {
    if (!udev_) return {};
    const auto record = complaints_.valueOf(
        [&] { return kernel.read(kernel.path(kUdevDirectory, "b", disk.major, ":", disk.minor)); });
    return record ? parseUdevRecord(record->text) : UdevRecord{};
  }

  NameFilter devices_;
  bool udev_;
  Complaints complaints_;
};

const RegisterCollector<Diskstats> diskstats{
    {.name = "diskstats",
     .flags = {patternFlag(kExcludeFlag, R"(^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$)",
                           "Expression for the devices to leave out."),
               patternFlag(kIncludeFlag, "", "Expression for the devices to report."),
               hiddenFlag(patternFlag(kOldExcludeFlag, "", "Old name of device-exclude."))},
     .reads = "proc/diskstats, run/udev/data/b<major>:<minor>, "
              "sys/block/<device>/queue/rotational"}};

}  // namespace

}  // namespace orchestrator_exporter
