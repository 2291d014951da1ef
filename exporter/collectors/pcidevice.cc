#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"
#include "exporter/kernel/machine/pci_database.h"
#include "exporter/kernel/path.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDevices = "sys/bus/pci/devices";

std::string hexadecimal(std::string_view prefix, std::uint32_t number, int digits) {
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "%0*x", digits, number);
  return std::string(prefix).append(text.data(), static_cast<std::size_t>(size));
}

// Where a device sits, as its labels say it: 0000:3b:00.1 is segment, bus, device and function.
struct Location {
  std::string segment;
  std::string bus;
  std::string device;
  std::string function;
};
const Location kNowhere{"*", "*", "*", "*"};

std::optional<Location> parseLocation(std::string_view name) {
  constexpr std::string_view kSeparators = "::.";
  std::array<std::uint32_t, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = i < kSeparators.size() ? name.find(kSeparators[i]) : name.size();
    if (end == std::string_view::npos) return std::nullopt;
    const auto part = parseUnsigned(name.substr(0, end), 16);
    if (!part || *part > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    parts[i] = static_cast<std::uint32_t>(*part);
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return Location{hexadecimal("", parts[0], 4), hexadecimal("", parts[1], 2),
                  hexadecimal("", parts[2], 2), hexadecimal("", parts[3], 1)};
}

// What a device is: the numbers that every PCI device has.
struct Identity {
  std::uint32_t classCode = 0;
  std::uint32_t vendor = 0;
  std::uint32_t device = 0;
  std::uint32_t subsystemVendor = 0;
  std::uint32_t subsystemDevice = 0;
  std::uint32_t revision = 0;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

// The same in words.
struct Names {
  std::string classCode;
  std::string vendor;
  std::string device;
  std::string subsystemVendor;
  std::string subsystemDevice;
};

constexpr double kUnknown = -1;

struct Device {
  Location location;
  Location parent = kNowhere;
  Identity identity;
  double mostLinkSpeed = kUnknown;
  double linkSpeed = kUnknown;
  double mostLinkWidth = kUnknown;
  double linkWidth = kUnknown;
  std::optional<std::int64_t> numaNode = {};
  double d3coldAllowed = 0;
  double driversAutoprobe = 0;
  double functions = 0;  // virtual ones (SR-IOV)
  double mostFunctions = 0;
  double functionVectors = 0;
  std::string_view powerState = {};
};

// Reads the attributes of one device. What is missing or empty is what the caller says; whatever
// makes no sense throws.
class Attributes {
 public:
  Attributes(Kernel& kernel, std::string_view folder) : kernel_(kernel), folder_(folder) {}

  std::uint32_t identifier(std::string_view file) {
    const std::string_view path = kernel_.path(folder_, "/", file);
    const auto text = readAttribute(kernel_, path);
    if (!text) throw NoData{};
    const auto value = parseIntegerLiteral(*text);
    if (value && inRange(*value)) return static_cast<std::uint32_t>(*value);
    throw ParseError(path, 1, "an identifier", *text);
  }

  std::string_view text(std::string_view file) {
    return readAttribute(kernel_, kernel_.path(folder_, "/", file)).value_or("");
  }

  std::optional<std::int64_t> integer(std::string_view file) {
    const std::string_view found = text(file);
    if (found.empty() || found.starts_with("Unknown")) return std::nullopt;
    if (const auto value = parseInteger(found)) return value;
    throw error(file, "a whole number", found);
  }

  std::optional<std::int64_t> smallInteger(std::string_view file) {
    const auto value = integer(file);
    if (value && !inRange(*value)) throw error(file, "a number of 32 bits", text(file));
    return value;
  }

  double flag(std::string_view file) { return smallInteger(file).value_or(0) != 0 ? 1 : 0; }

  double count(std::string_view file, std::uint64_t most) {
    const std::string_view found = text(file);
    if (found.empty()) return 0;
    const auto value = parseUnsigned(found);
    if (value && *value <= most) return static_cast<double>(*value);
    throw error(file, "a count", found);
  }

  double width(std::string_view file) {
    const auto lanes = integer(file);
    return lanes ? static_cast<double>(*lanes) : kUnknown;
  }

  // `8.0 GT/s PCIe` in transfers per second; old kernels leave the PCIe out.
  double speed(std::string_view file) {
    std::string_view found = text(file);
    if (found.empty() || found.starts_with("Unknown")) return kUnknown;
    const auto value = parseNumber(found.substr(0, found.find(' ')));
    const std::string_view unit = found.substr(std::min(found.find(' '), found.size()));
    if (value && (unit == " GT/s PCIe" || unit == " GT/s")) return *value * 1e9;
    throw error(file, "a speed in GT/s", found);
  }

 private:
  static bool inRange(std::int64_t value) {
    using Limits = std::numeric_limits<std::int32_t>;
    return value >= Limits::min() && value <= Limits::max();
  }
  ParseError error(std::string_view file, std::string_view expected, std::string_view found) {
    return {kernel_.path(folder_, "/", file), 1, expected, found};
  }

  Kernel& kernel_;
  std::string_view folder_;
};

class PciDevice final : public Collector {
 public:
  PciDevice(const Flags& flags, Kernel& kernel)
      : withNames_(flags.enabled("collector.pcidevice.names")) {
    const std::string& given = flags.text("collector.pcidevice.idsfile");
    if (!given.empty()) {
      namesFile_ = std::filesystem::absolute(given).string();
    } else {
      namesFile_ = kernel.exists("/usr/share/misc/pci.ids") ? "/usr/share/misc/pci.ids"
                                                            : "/usr/share/hwdata/pci.ids";
    }
  }

  void collect(Kernel& kernel, Sink& out) override {
    const auto links = kernel.list(kDevices);
    if (!links) throw NoData{};

    // All or none: the first that makes no sense ends the run.
    std::vector<Device> devices;
    for (const std::string_view link : *links) devices.push_back(readDevice(kernel, link));
    if (withNames_) learnNames(kernel, devices);
    for (const Device& device : devices) {
      giveInfo(device, out);
      giveLink(device, out);
      giveVirtualFunctions(device, out);
      givePower(device, out);
    }
  }

 private:
  static Device readDevice(Kernel& kernel, std::string_view link) {
    const std::string_view folder = kernel.path(kDevices, "/", link);
    const auto target = kernel.linkTarget(folder);
    if (!target) throw ReadError(EINVAL, folder);
    const auto location = parseLocation(baseName(*target));
    if (!location) throw ParseError(folder, 0, "a link to a PCI device", *target);

    Device device{.location = *location, .identity = {}};
    const std::string_view parent = baseName(parentPath(*target));
    // pci0000:00 is a root bus and no device.
    if (!parent.starts_with("pci")) {
      const auto parentLocation = parseLocation(parent);
      if (!parentLocation) throw ParseError(folder, 0, "a link below a PCI device", *target);
      device.parent = *parentLocation;
    }
    readAttributes(Attributes(kernel, folder), device);
    return device;
  }

  static void readAttributes(Attributes attributes, Device& device) {
    constexpr std::uint64_t k32Bits = std::numeric_limits<std::uint32_t>::max();
    constexpr std::uint64_t k64Bits = std::numeric_limits<std::uint64_t>::max();
    device.identity = {attributes.identifier("class"),
                       attributes.identifier("vendor"),
                       attributes.identifier("device"),
                       attributes.identifier("subsystem_vendor"),
                       attributes.identifier("subsystem_device"),
                       attributes.identifier("revision")};
    device.mostLinkSpeed = attributes.speed("max_link_speed");
    device.mostLinkWidth = attributes.width("max_link_width");
    device.linkSpeed = attributes.speed("current_link_speed");
    device.linkWidth = attributes.width("current_link_width");
    device.numaNode = attributes.smallInteger("numa_node");
    device.driversAutoprobe = attributes.flag("sriov_drivers_autoprobe");
    device.functions = attributes.count("sriov_numvfs", k32Bits);
    device.mostFunctions = attributes.count("sriov_totalvfs", k32Bits);
    device.functionVectors = attributes.count("sriov_vf_total_msix", k64Bits);
    device.d3coldAllowed = attributes.flag("d3cold_allowed");
    device.powerState = attributes.text("power_state");
  }

  // Names do not change, so the file is read only when a device is new.
  void learnNames(Kernel& kernel, const std::vector<Device>& devices) {
    std::optional<PciDatabase> database;
    for (const Device& device : devices) {
      const Identity& id = device.identity;
      if (names_.contains(id)) continue;
      if (!database) {
        const auto file = kernel.readIfPossible(namesFile_);
        database.emplace(file ? file->text : std::string_view());
      }
      names_[id] = {
          database->deviceClass(id.classCode), database->vendor(id.vendor),
          database->device(id.vendor, id.device), database->vendor(id.subsystemVendor),
          database->subsystem(id.vendor, id.device, id.subsystemVendor, id.subsystemDevice)};
    }
  }

  void giveInfo(const Device& device, Sink& out) const {
    const auto& [location, parent, id] = std::tie(device.location, device.parent, device.identity);
    const std::string classCode = hexadecimal("0x", id.classCode, 6);
    const std::string vendor = hexadecimal("0x", id.vendor, 4);
    const std::string product = hexadecimal("0x", id.device, 4);
    const std::string subsystemVendor = hexadecimal("0x", id.subsystemVendor, 4);
    const std::string subsystemDevice = hexadecimal("0x", id.subsystemDevice, 4);
    const std::string revision = hexadecimal("0x", id.revision, 2);
    std::vector<Label> labels = {
        {"segment", location.segment},
        {"bus", location.bus},
        {"device", location.device},
        {"function", location.function},
        {"parent_segment", parent.segment},
        {"parent_bus", parent.bus},
        {"parent_device", parent.device},
        {"parent_function", parent.function},
        {"class_id", classCode},
        {"vendor_id", vendor},
        {"device_id", product},
        {"subsystem_vendor_id", subsystemVendor},
        {"subsystem_device_id", subsystemDevice},
        {"revision", revision},
    };
    if (withNames_) {
      const Names& names = names_.at(id);
      labels.insert(labels.end(), {{"class_name", names.classCode},
                                   {"vendor_name", names.vendor},
                                   {"device_name", names.device},
                                   {"subsystem_vendor_name", names.subsystemVendor},
                                   {"subsystem_device_name", names.subsystemDevice}});
    }
    out.info("node_pcidevice_info", "What a PCI device is and where it sits.").add(1, labels);
  }

  static void give(const ScalarFamily& family, double value, const Location& location) {
    family.add(value, {{"segment", location.segment},
                       {"bus", location.bus},
                       {"device", location.device},
                       {"function", location.function}});
  }

  static void giveLink(const Device& device, Sink& out) {
    give(out.gauge("node_pcidevice_max_link_transfers_per_second",
                   "Highest transfer rate of the link, -1 where it is not known."),
         device.mostLinkSpeed, device.location);
    give(out.gauge("node_pcidevice_max_link_width",
                   "Most lanes that the link can have, -1 where it is not known."),
         device.mostLinkWidth, device.location);
    give(out.gauge("node_pcidevice_current_link_transfers_per_second",
                   "Transfer rate of the link, -1 where it is not known."),
         device.linkSpeed, device.location);
    give(out.gauge("node_pcidevice_current_link_width",
                   "Lanes of the link, -1 where it is not known."),
         device.linkWidth, device.location);
    if (device.numaNode && *device.numaNode != -1) {
      give(out.gauge("node_pcidevice_numa_node", "NUMA node that the device is attached to."),
           static_cast<double>(*device.numaNode), device.location);
    }
  }

  static void giveVirtualFunctions(const Device& device, Sink& out) {
    give(out.gauge("node_pcidevice_sriov_drivers_autoprobe",
                   "Whether drivers take new virtual functions by themselves."),
         device.driversAutoprobe, device.location);
    give(out.gauge("node_pcidevice_sriov_numvfs", "Virtual functions that are switched on."),
         device.functions, device.location);
    give(out.gauge("node_pcidevice_sriov_totalvfs", "Virtual functions that the device can have."),
         device.mostFunctions, device.location);
    give(out.gauge("node_pcidevice_sriov_vf_total_msix",
                   "Interrupt vectors for all virtual functions together."),
         device.functionVectors, device.location);
  }

  static void givePower(const Device& device, Sink& out) {
    give(out.gauge("node_pcidevice_d3cold_allowed", "Whether the device may lose its power."),
         device.d3coldAllowed, device.location);
    if (device.powerState.empty()) return;
    const auto& [segment, bus, slot, function] = device.location;
    const ScalarFamily states =
        out.gauge("node_pcidevice_power_state", "1 for the power state that the device is in.");
    for (const std::string_view state : {"D0", "D1", "D2", "D3hot", "D3cold", "unknown", "error"}) {
      states.add(state == device.powerState ? 1 : 0, {{"segment", segment},
                                                      {"bus", bus},
                                                      {"device", slot},
                                                      {"function", function},
                                                      {"state", state}});
    }
  }

  bool withNames_;
  std::string namesFile_;
  std::map<Identity, Names> names_;
};

const RegisterCollector<PciDevice> pciDevice{{
    .name = "pcidevice",
    .onByDefault = kOffByDefault,
    .flags = {textFlag("collector.pcidevice.idsfile", "",
                       "Names of vendors and devices, in the format of pci.ids."),
              switchFlag("collector.pcidevice.names", false,
                         "Labels with the names of class, vendor and device.")},
    .reads = "sys/bus/pci/devices/*/, usr/share/misc/pci.ids or usr/share/hwdata/pci.ids",
}};

}  // namespace

}  // namespace orchestrator_exporter
