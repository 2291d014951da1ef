#include <cerrno>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"
#include "exporter/kernel/machine/pci_database.h"
#include "exporter/kernel/machine/pci_location.h"
#include "exporter/kernel/path.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDevices = "sys/bus/pci/devices";

const PciLocation kNowhere{"*", "*", "*", "*"};

// What a device is: the numbers that every PCI device has. Those that cannot be read are unknown.
using Identifier = std::optional<std::uint32_t>;
struct Identity {
  Identifier classCode;
  Identifier vendor;
  Identifier device;
  Identifier subsystemVendor;
  Identifier subsystemDevice;
  Identifier revision;
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

// What could not be read is empty, unlike what the device does not have.
struct Device {
  PciLocation location;
  PciLocation parent = kNowhere;
  Identity identity = {};
  std::optional<double> mostLinkSpeed = {};
  std::optional<double> linkSpeed = {};
  std::optional<double> mostLinkWidth = {};
  std::optional<double> linkWidth = {};
  std::optional<double> numaNode = {};
  std::optional<double> d3coldAllowed = {};
  std::optional<double> driversAutoprobe = {};
  std::optional<double> functions = {};  // virtual ones (SR-IOV)
  std::optional<double> mostFunctions = {};
  std::optional<double> functionVectors = {};
  std::string_view powerState = {};
};

// Reads the attributes of one device. What is missing or empty is what the caller says; whatever
// cannot be read or makes no sense is complained of.
class Attributes {
 public:
  Attributes(Kernel& kernel, Complaints& complaints, std::string_view folder)
      : kernel_(kernel), complaints_(complaints), folder_(folder) {}

  Identifier identifier(std::string_view file) {
    Identifier value;
    complaints_.attempt([&] {
      const auto text = readAttribute(kernel_, path(file), {ENODEV});
      if (!text) return;
      const auto number = parseIntegerLiteral(*text);
      if (!number || !inRange(*number)) throw error(file, "an identifier", *text);
      value = static_cast<std::uint32_t>(*number);
    });
    return value;
  }

  std::string_view text(std::string_view file) {
    std::string_view found;
    complaints_.attempt([&] { found = readText(file); });
    return found;
  }

  // -1 and what is missing are no node.
  std::optional<double> node(std::string_view file) {
    const auto number = read(file, [&](std::string_view text) {
      return static_cast<double>(smallInteger(file, text).value_or(-1));
    });
    return number == -1 ? std::nullopt : number;
  }

  // What the attribute says, or `missing`.
  std::optional<double> flag(std::string_view file, std::optional<double> missing) {
    return read(file, [&](std::string_view text) {
      const auto number = smallInteger(file, text);
      return number ? std::optional(*number != 0 ? 1.0 : 0.0) : missing;
    });
  }

  std::optional<double> count(std::string_view file, std::uint64_t most) {
    return read(file, [&](std::string_view text) {
      if (text.empty()) return 0.0;
      const auto value = parseUnsigned(text);
      if (!value || *value > most) throw error(file, "a count", text);
      return static_cast<double>(*value);
    });
  }

  std::optional<double> width(std::string_view file) {
    return read(file, [&](std::string_view text) {
      const auto lanes = integer(file, text);
      return lanes ? static_cast<double>(*lanes) : kUnknown;
    });
  }

  // `8.0 GT/s PCIe` in transfers per second; old kernels leave the PCIe out.
  std::optional<double> speed(std::string_view file) {
    return read(file, [&](std::string_view text) {
      if (isUnknown(text)) return kUnknown;
      const auto value = parseNumber(text.substr(0, text.find(' ')));
      const std::string_view unit = text.substr(std::min(text.find(' '), text.size()));
      if (value && (unit == " GT/s PCIe" || unit == " GT/s")) return *value * 1e9;
      throw error(file, "a speed in GT/s", text);
    });
  }

 private:
  template <typename Parse>
  std::optional<double> read(std::string_view file, Parse parse) {
    std::optional<double> value;
    complaints_.attempt([&] { value = parse(readText(file)); });
    return value;
  }

  std::string_view readText(std::string_view file) {
    return readAttribute(kernel_, path(file), {ENODEV}).value_or("");
  }

  static bool isUnknown(std::string_view text) {
    return text.empty() || text.starts_with("Unknown");
  }

  std::optional<std::int64_t> integer(std::string_view file, std::string_view text) {
    if (isUnknown(text)) return std::nullopt;
    if (const auto value = parseInteger(text)) return value;
    throw error(file, "a whole number", text);
  }

  std::optional<std::int64_t> smallInteger(std::string_view file, std::string_view text) {
    const auto value = integer(file, text);
    if (value && !inRange(*value)) throw error(file, "a number of 32 bits", text);
    return value;
  }

  static bool inRange(std::int64_t value) {
    using Limits = std::numeric_limits<std::int32_t>;
    return value >= Limits::min() && value <= Limits::max();
  }
  std::string_view path(std::string_view file) { return kernel_.path(folder_, "/", file); }
  ParseError error(std::string_view file, std::string_view expected, std::string_view found) {
    return {path(file), 1, expected, found};
  }

  Kernel& kernel_;
  Complaints& complaints_;
  std::string_view folder_;
};

std::string shown(Identifier number, int digits) {
  return number ? "0x" + hexadecimal(*number, digits) : "";
}

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

    complaints_.clear();
    std::vector<Device> devices;
    for (const std::string_view link : *links) {
      complaints_.attempt([&] { addDevice(kernel, link, devices); });
    }
    complaints_.failIfNothingWasRead();
    if (withNames_) learnNames(kernel, devices);
    for (const Device& device : devices) {
      giveInfo(device, out);
      giveLink(device, out);
      giveVirtualFunctions(device, out);
      givePower(device, out);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void addDevice(Kernel& kernel, std::string_view link, std::vector<Device>& devices) {
    const std::string_view folder = kernel.path(kDevices, "/", link);
    const auto target = kernel.linkTarget(folder);
    if (!target) throw ReadError(EINVAL, folder);
    const auto location = parsePciLocation(baseName(*target));
    if (!location) throw ParseError(folder, 0, "a link to a PCI device", *target);
    // Above it may be a root bus such as pci0000:00, or a bridge of another kind, and no device.
    const auto parent = parsePciLocation(baseName(parentPath(*target)));
    devices.push_back({.location = *location, .parent = parent.value_or(kNowhere)});
    readAttributes(Attributes(kernel, complaints_, folder), devices.back());
    // A device that tells nothing went away just now.
    if (devices.back().identity == Identity{}) devices.pop_back();
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
    device.numaNode = attributes.node("numa_node");
    device.driversAutoprobe = attributes.flag("sriov_drivers_autoprobe", 0);
    device.functions = attributes.count("sriov_numvfs", k32Bits);
    device.mostFunctions = attributes.count("sriov_totalvfs", k32Bits);
    device.functionVectors = attributes.count("sriov_vf_total_msix", k64Bits);
    device.d3coldAllowed = attributes.flag("d3cold_allowed", std::nullopt);
    device.powerState = attributes.text("power_state");
  }

  // Names do not change, so the file is read only when a device is new, or if it failed before.
  void learnNames(Kernel& kernel, const std::vector<Device>& devices) {
    if (namesFailed_) names_.clear();
    namesFailed_ = false;
    std::optional<PciDatabase> database;
    for (const Device& device : devices) {
      const Identity& id = device.identity;
      if (names_.contains(id)) continue;
      if (!database) database.emplace(readNames(kernel));
      names_[id] = namesOf(id, *database);
    }
  }

  // Empty if the file is missing or, which is told, cannot be read.
  std::string_view readNames(Kernel& kernel) {
    std::string_view text;
    namesFailed_ = !complaints_.attempt([&] {
      if (const auto file = kernel.read(namesFile_)) text = file->text;
    });
    return text;
  }

  // A name that hangs on a number that is not known is empty.
  static Names namesOf(const Identity& id, const PciDatabase& database) {
    Names names;
    if (id.classCode) names.classCode = database.deviceClass(*id.classCode);
    if (id.vendor) names.vendor = database.vendor(*id.vendor);
    if (id.vendor && id.device) names.device = database.device(*id.vendor, *id.device);
    if (id.subsystemVendor) names.subsystemVendor = database.vendor(*id.subsystemVendor);
    if (id.vendor && id.device && id.subsystemVendor && id.subsystemDevice) {
      names.subsystemDevice =
          database.subsystem(*id.vendor, *id.device, *id.subsystemVendor, *id.subsystemDevice);
    }
    return names;
  }

  void giveInfo(const Device& device, Sink& out) const {
    const auto& [location, parent, id] = std::tie(device.location, device.parent, device.identity);
    const std::string classCode = shown(id.classCode, 6);
    const std::string vendor = shown(id.vendor, 4);
    const std::string product = shown(id.device, 4);
    const std::string subsystemVendor = shown(id.subsystemVendor, 4);
    const std::string subsystemDevice = shown(id.subsystemDevice, 4);
    const std::string revision = shown(id.revision, 2);
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

  static void give(const ScalarFamily& family, std::optional<double> value,
                   const PciLocation& location) {
    addIfKnown(family, value,
               {{"segment", location.segment},
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
    give(out.gauge("node_pcidevice_numa_node", "NUMA node that the device is attached to."),
         device.numaNode, device.location);
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
  bool namesFailed_ = false;  // the file could not be read
  Complaints complaints_;
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
