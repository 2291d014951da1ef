#include <string_view>
#include <vector>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

namespace {

constexpr double kSectorBytes = 512;

// Whether a path can be used: SCSI calls that running, NVMe live.
bool isUsable(std::string_view state) { return state == "running" || state == "live"; }

class DmMultipath final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto devices = kernel.list("sys/block", kNotPermitted);
    if (!devices) throw NoData{};
    AttributeReader attributes(kernel, complaints_, AttributeReader::Denied::kExpected);
    for (const std::string_view device : *devices) {
      if (!device.starts_with("dm-")) continue;
      const std::string_view directory = kernel.path("sys/block/", device);
      // Other users of the device mapper (LVM, LUKS) have other prefixes, or no identifier.
      const auto uuid = attributes.text(kernel.path(directory, "/dm/uuid"));
      if (uuid && uuid->starts_with("mpath-")) giveDevice(kernel, attributes, device, *uuid, out);
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveDevice(Kernel& kernel, AttributeReader& attributes, std::string_view sysfsName,
                  std::string_view uuid, Sink& out) {
    const std::string_view directory = kernel.path("sys/block/", sysfsName);
    const std::string_view name = attributes.text(kernel.path(directory, "/dm/name")).value_or("");
    const std::initializer_list<Label> labels{{"device", name}, {"sysfs_name", sysfsName}};
    out.gauge("node_dmmultipath_device_info", "Identity of the device, always 1.")
        .add(1, {{"device", name}, {"sysfs_name", sysfsName}, {"uuid", uuid}});
    if (const auto suspended =
            attributes.unsignedInteger(kernel.path(directory, "/dm/suspended"))) {
      out.gauge("node_dmmultipath_device_active", "1 where the device is not suspended.")
          .add(*suspended == 1 ? 0 : 1, labels);
    }
    if (const auto sectors = attributes.unsignedInteger(kernel.path(directory, "/size"))) {
      out.gauge("node_dmmultipath_device_size_bytes", "Size of the device in bytes.")
          .add(static_cast<double>(*sectors) * kSectorBytes, labels);
    }
    complaints_.attempt([&] {
      const auto paths = kernel.list(kernel.path(directory, "/slaves"), kNotPermitted);
      if (!paths) return;
      out.gauge("node_dmmultipath_device_paths", "Paths to the device.")
          .add(static_cast<double>(paths->size()), labels);
      givePaths(kernel, attributes, directory, *paths, labels, out);
    });
  }

  // How many of them can be used is not known while one does not tell its state.
  static void givePaths(Kernel& kernel, AttributeReader& attributes, std::string_view directory,
                        const std::vector<std::string_view>& paths,
                        std::initializer_list<Label> labels, Sink& out) {
    const Label device = *labels.begin();
    std::size_t usable = 0;
    std::size_t known = 0;
    for (const std::string_view path : paths) {
      // A path is a link to its device, a partition among them; or only named like it.
      auto state = attributes.text(kernel.path(directory, "/slaves/", path, "/device/state"));
      if (!state) state = attributes.text(kernel.path("sys/block/", path, "/device/state"));
      if (!state) continue;
      out.gauge("node_dmmultipath_path_state", "State of the path as the kernel names it.")
          .add(1, {device, {"path", path}, {"state", *state}});
      ++known;
      if (isUsable(*state)) ++usable;
    }
    if (known < paths.size()) return;
    out.gauge("node_dmmultipath_device_paths_active", "Paths that can be used.")
        .add(static_cast<double>(usable), labels);
    out.gauge("node_dmmultipath_device_paths_failed", "Paths that cannot be used.")
        .add(static_cast<double>(known - usable), labels);
  }

  Complaints complaints_;
};

const RegisterCollector<DmMultipath> dmMultipath{
    {.name = "dmmultipath",
     .reads = "sys/block/dm-*/{dm/name,dm/uuid,dm/suspended,size}, "
              "sys/block/dm-*/slaves/*/device/state"}};

}  // namespace

}  // namespace orchestrator_exporter
