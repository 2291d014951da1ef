#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/needed_attribute.h"
#include "exporter/kernel/attribute.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter {

namespace {

constexpr double kSectorBytes = 512;

double requireNumber(Kernel& kernel, std::string_view path) {
  const std::string_view text = neededAttribute(kernel, path, kNotPermitted);
  if (const auto number = parseUnsigned(text)) return static_cast<double>(*number);
  throw ParseError(path, 1, "a whole number", text);
}

class DmMultipath final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto devices = kernel.list("sys/block", kNotPermitted);
    if (!devices) throw NoData{};
    samples_.clear();
    for (const std::string_view device : *devices) {
      if (!device.starts_with("dm-")) continue;
      // Other users of the device mapper (LVM, LUKS) have other prefixes, or no identifier.
      const auto uuid =
          readAttribute(kernel, kernel.path("sys/block/", device, "/dm/uuid"), kNotPermitted);
      if (uuid && uuid->starts_with("mpath-")) addDevice(kernel, device, *uuid);
    }
    samples_.replay(out);
  }

  void addDevice(Kernel& kernel, std::string_view sysfsName, std::string_view uuid) {
    const std::string_view directory = kernel.path("sys/block/", sysfsName);
    const std::string_view name =
        neededAttribute(kernel, kernel.path(directory, "/dm/name"), kNotPermitted);
    const std::initializer_list<Label> labels{{"device", name}, {"sysfs_name", sysfsName}};
    samples_.gauge("node_dmmultipath_device_info", "Identity of the device, always 1.")
        .add(1, {{"device", name}, {"sysfs_name", sysfsName}, {"uuid", uuid}});
    samples_.gauge("node_dmmultipath_device_active", "1 where the device is not suspended.")
        .add(requireNumber(kernel, kernel.path(directory, "/dm/suspended")) == 1 ? 0 : 1, labels);
    samples_.gauge("node_dmmultipath_device_size_bytes", "Size of the device in bytes.")
        .add(requireNumber(kernel, kernel.path(directory, "/size")) * kSectorBytes, labels);

    const auto paths = kernel.list(kernel.path(directory, "/slaves"), kNotPermitted);
    if (!paths) throw NoData{};
    double active = 0;
    for (const std::string_view path : *paths) {
      active += addPath(kernel, directory, name, path) ? 1 : 0;
    }
    const auto count = static_cast<double>(paths->size());
    samples_.gauge("node_dmmultipath_device_paths", "Paths to the device.").add(count, labels);
    samples_.gauge("node_dmmultipath_device_paths_active", "Paths that can be used.")
        .add(active, labels);
    samples_.gauge("node_dmmultipath_device_paths_failed", "Paths that cannot be used.")
        .add(count - active, labels);
  }

  // True where the path can be used: SCSI calls that running, NVMe live.
  bool addPath(Kernel& kernel, std::string_view directory, std::string_view device,
               std::string_view path) {
    // A path is a link to its device, a partition among them; or only named like it.
    auto state = readAttribute(kernel, kernel.path(directory, "/slaves/", path, "/device/state"),
                               kNotPermitted);
    if (!state) {
      state =
          neededAttribute(kernel, kernel.path("sys/block/", path, "/device/state"), kNotPermitted);
    }
    samples_.gauge("node_dmmultipath_path_state", "State of the path as the kernel names it.")
        .add(1, {{"device", device}, {"path", path}, {"state", *state}});
    return *state == "running" || *state == "live";
  }

  Snapshot samples_;
};

const RegisterCollector<DmMultipath> dmMultipath{
    {.name = "dmmultipath",
     .reads = "sys/block/dm-*/{dm/name,dm/uuid,dm/suspended,size}, "
              "sys/block/dm-*/slaves/*/device/state"}};

}  // namespace

}  // namespace orchestrator_exporter
