#include <linux/ethtool.h>
// Before <linux/if.h>, which has the rest: the other way round they contradict each other.
#include <net/if.h>

#include <linux/if.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/network/address_text.h"
#include "exporter/kernel/network/link_counters.h"
#include "exporter/kernel/network/link_modes.h"
#include "exporter/kernel/network/network_class.h"
#include "exporter/kernel/network/route_netlink.h"

namespace orchestrator_exporter {

namespace {

using Number = std::optional<std::int64_t>;

bool isRunning(const Link& link) { return (link.flags & IFF_UP) != 0; }

Number carrierOf(const Link& link) { return link.carrier; }
Number carrierChangesOf(const Link& link) { return link.carrierChanges; }
Number carrierUpsOf(const Link& link) { return link.carrierUps; }
Number carrierDownsOf(const Link& link) { return link.carrierDowns; }
Number flagsOf(const Link& link) { return link.flags; }
Number indexOf(const Link& link) { return link.index; }
Number lowerIndexOf(const Link& link) {
  return link.lowerIndex ? Number(*link.lowerIndex) : link.index;
}
Number modeOf(const Link& link) { return link.linkMode; }
Number mtuOf(const Link& link) { return link.mtu; }
Number groupOf(const Link& link) { return link.group; }
Number hardwareTypeOf(const Link& link) { return link.hardwareType; }
Number queueLengthOf(const Link& link) { return link.queueLength; }

// The files of a device that is down have no value of these.
Number carrierInFile(const Link& link) { return isRunning(link) ? Number(link.carrier) : Number(); }
Number dormantInFile(const Link& link) {
  if (!isRunning(link)) return {};
  return (link.flags & IFF_DORMANT) != 0 ? 1 : 0;
}

// A number of a device: the attribute below sys/class/net/<device>, how netlink mode finds it, and
// how what the file says is found without reading it; null if the file alone tells.
struct NumberFamily {
  MetricType type;
  std::string_view attribute;
  std::string_view name;
  std::string_view help;
  Number (*ofLink)(const Link&);
  Number (*inFile)(const Link&);
};

constexpr MetricType kCounter = MetricType::kCounter;
constexpr MetricType kGauge = MetricType::kGauge;

constexpr std::array<NumberFamily, 16> kNumbers = {{
    {kGauge, "addr_assign_type", "node_network_address_assign_type",
     "How the device came to its hardware address: 0 its own, 1 random, 2 from another device, 3 "
     "set.",
     nullptr, nullptr},
    {kGauge, "carrier", "node_network_carrier", "1 where the device has a carrier.", carrierOf,
     carrierInFile},
    {kCounter, "carrier_changes", "node_network_carrier_changes_total",
     "How often the carrier changed.", carrierChangesOf, carrierChangesOf},
    {kCounter, "carrier_up_count", "node_network_carrier_up_changes_total",
     "How often the carrier came.", carrierUpsOf, carrierUpsOf},
    {kCounter, "carrier_down_count", "node_network_carrier_down_changes_total",
     "How often the carrier went.", carrierDownsOf, carrierDownsOf},
    {kGauge, "dev_id", "node_network_device_id",
     "Number that tells devices with one hardware address apart.", nullptr, nullptr},
    // The link mode is what the reference shows here in netlink mode.
    {kGauge, "dormant", "node_network_dormant", "1 where the device waits for something outside.",
     modeOf, dormantInFile},
    // Netlink adds what the file leaves out, and leaves out what the file has.
    {kGauge, "flags", "node_network_flags", "Flags of the device as bits (IFF_ of linux/if.h).",
     flagsOf, nullptr},
    {kGauge, "ifindex", "node_network_iface_id", "Index of the device.", indexOf, indexOf},
    {kGauge, "iflink", "node_network_iface_link",
     "Index of the device below this one, or its own if there is none.", lowerIndexOf,
     lowerIndexOf},
    {kGauge, "link_mode", "node_network_iface_link_mode", "Link mode: 0 default, 1 dormant.",
     modeOf, modeOf},
    {kGauge, "mtu", "node_network_mtu_bytes", "Most bytes that a packet may have.", mtuOf, mtuOf},
    {kGauge, "name_assign_type", "node_network_name_assign_type",
     "Who named the device: 1 the kernel by counting, 2 the kernel for good, 3 and 4 a user.",
     nullptr, nullptr},
    {kGauge, "netdev_group", "node_network_net_dev_group", "Group of the device.", groupOf,
     groupOf},
    {kGauge, "type", "node_network_protocol_type", "Kind of hardware (ARPHRD_ of linux/if_arp.h).",
     hardwareTypeOf, hardwareTypeOf},
    {kGauge, "tx_queue_len", "node_network_transmit_queue_length",
     "Packets that may wait to be sent.", queueLengthOf, queueLengthOf},
}};

constexpr std::array<std::string_view, 7> kOperationalStates = {
    "unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"};

struct Device {
  std::string name;
  std::string address = {};
  std::string broadcast = {};
  std::string duplex = {};
  std::string state = {};  // empty if it is not known
  std::string alias = {};
  std::string_view adminState = {};
  std::array<Number, kNumbers.size()> numbers = {};
  Number speed = {};  // Mbit/s
};

std::string_view adminStateOf(const Number& flags) {
  if (!flags) return "unknown";
  return (*flags & IFF_UP) != 0 ? "up" : "down";
}

// The attributes of one device in sysfs.
class DeviceAttributes {
 public:
  DeviceAttributes(Kernel& kernel, Complaints& complaints, std::string_view device)
      : kernel_(kernel),
        reader_(kernel, complaints, AttributeReader::Denied::kExpected),
        device_(device) {}

  Number number(std::string_view attribute) { return reader_.integer(path(attribute)); }
  std::string text(std::string_view attribute) {
    return std::string(reader_.text(path(attribute)).value_or(""));
  }

 private:
  std::string_view path(std::string_view attribute) {
    return kernel_.path("sys/class/net/", device_, "/", attribute);
  }

  Kernel& kernel_;
  AttributeReader reader_;
  std::string_view device_;
};

Device readDevice(DeviceAttributes attributes, std::string_view name) {
  Device device{.name = std::string(name)};
  device.address = attributes.text("address");
  device.broadcast = attributes.text("broadcast");
  device.duplex = attributes.text("duplex");
  device.state = attributes.text("operstate");
  device.alias = attributes.text("ifalias");
  device.speed = attributes.number("speed");
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    device.numbers[i] = attributes.number(kNumbers[i].attribute);
    if (kNumbers[i].attribute == "flags") device.adminState = adminStateOf(device.numbers[i]);
  }
  return device;
}

// Whether nothing is known of the device but its name: it went away since it was listed.
bool isGone(const Device& device) {
  const auto isThere = [](const Number& number) { return number.has_value(); };
  return device.address.empty() && device.state.empty() && !device.speed &&
         std::none_of(device.numbers.begin(), device.numbers.end(), isThere);
}

std::string_view duplexText(std::uint8_t duplex) {
  switch (duplex) {
    case DUPLEX_HALF:
      return "Half";
    case DUPLEX_FULL:
      return "Full";
    default:
      return "Unknown";
  }
}

Device textsOf(const Link& link) {
  Device device{.name = link.name};
  device.address = hardwareAddressText(link.address);
  device.broadcast = hardwareAddressText(link.broadcast);
  if (link.operationalState < kOperationalStates.size()) {
    device.state = kOperationalStates[link.operationalState];
  }
  return device;
}

// What the files of the device say, with few of them read.
Device readDevice(DeviceAttributes attributes, const Link& link) {
  Device device = textsOf(link);
  if (!link.alias.empty()) device.alias = attributes.text("ifalias");
  if (isRunning(link)) {
    device.duplex = attributes.text("duplex");
    device.speed = attributes.number("speed");
  }
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    device.numbers[i] = kNumbers[i].inFile != nullptr ? kNumbers[i].inFile(link)
                                                      : attributes.number(kNumbers[i].attribute);
    if (kNumbers[i].attribute == "flags") device.adminState = adminStateOf(device.numbers[i]);
  }
  return device;
}

Device readDevice(DeviceAttributes attributes, const Link& link,
                  const std::vector<LinkMode>& modes) {
  Device device = textsOf(link);
  device.alias = link.alias;
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    device.numbers[i] = kNumbers[i].ofLink != nullptr ? kNumbers[i].ofLink(link)
                                                      : attributes.number(kNumbers[i].attribute);
  }
  const auto mode = std::find_if(modes.begin(), modes.end(),
                                 [&](const LinkMode& m) { return m.device == link.name; });
  if (mode != modes.end()) {
    device.duplex = duplexText(mode->duplex);
    // A speed that the driver does not know is 2^32-1 here, as the reference gives it.
    device.speed = mode->speed;
  }
  return device;
}

// Bytes per second of a speed in Mbit/s. Absurd speeds wrap.
double bytesPerSecond(std::int64_t speed) {
  const auto bits = static_cast<std::int64_t>(static_cast<std::uint64_t>(speed) * 1'000'000);
  return static_cast<double>(bits / 8);
}

class Netclass final : public Collector {
 public:
  explicit Netclass(const Flags& flags)
      : ignored_("collector.netclass.ignored-devices",
                 flags.text("collector.netclass.ignored-devices")),
        dropInvalidSpeed_(flags.enabled("collector.netclass.ignore-invalid-speed")),
        fromNetlink_(flags.enabled("collector.netclass.netlink")),
        withCounters_(flags.enabled("collector.netclass_rtnl.with-stats")) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    if (fromNetlink_) {
      giveLinks(kernel, out);
    } else {
      give(readDevices(kernel), out);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  std::vector<Device> readDevices(Kernel& kernel) {
    const auto names = networkDevices(kernel);
    if (!names) throw NoData{};
    const auto links = deviceLinks_.read(kernel, *names);
    std::vector<Device> devices;
    for (std::size_t i = 0; i < names->size(); ++i) {
      const std::string_view name = (*names)[i];
      if (ignored_.matches(name)) continue;
      const DeviceAttributes attributes(kernel, complaints_, name);
      Device device = links ? readDevice(attributes, *(*links)[i]) : readDevice(attributes, name);
      if (!isGone(device)) devices.push_back(std::move(device));
    }
    return devices;
  }

  void giveLinks(Kernel& kernel, Sink& out) {
    std::vector<Link> links = networkLinks(kernel, routes_);
    std::erase_if(links, [&](const Link& link) { return ignored_.matches(link.name); });
    std::vector<LinkMode> modes;
    complaints_.attempt([&] { modes = readLinkModes(generic_); });
    std::vector<Device> devices;
    for (const Link& link : links) {
      devices.push_back(readDevice({kernel, complaints_, link.name}, link, modes));
    }
    give(devices, out);
    giveAlternativeNames(links, out);
    if (withCounters_) giveCounters(links, out);
  }

  void give(const std::vector<Device>& devices, Sink& out) const {
    giveInfo(devices, out);
    const ScalarFamily up =
        out.gauge("node_network_up", "1 where the operational state of the device is up.");
    for (const Device& device : devices) {
      if (device.state.empty()) continue;
      up.add(device.state == "up" ? 1 : 0, {{"device", device.name}});
    }
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      const ScalarFamily family(out.family({kNumbers[i].name, kNumbers[i].help, kNumbers[i].type}));
      for (const Device& device : devices) {
        if (!device.numbers[i]) continue;
        family.add(static_cast<double>(*device.numbers[i]), {{"device", device.name}});
      }
    }
    const ScalarFamily speed =
        out.gauge("node_network_speed_bytes", "Speed of the device in bytes per second.");
    for (const Device& device : devices) {
      if (!device.speed || (*device.speed < 0 && dropInvalidSpeed_)) continue;
      speed.add(bytesPerSecond(*device.speed), {{"device", device.name}});
    }
  }

  void giveInfo(const std::vector<Device>& devices, Sink& out) const {
    const ScalarFamily info =
        out.gauge("node_network_info", "Addresses and states of the device; always 1.");
    for (const Device& device : devices) {
      std::vector<Label> labels = {
          {"address", device.address},     {"adminstate", device.adminState},
          {"broadcast", device.broadcast}, {"device", device.name},
          {"duplex", device.duplex},       {"ifalias", device.alias},
          {"operstate", device.state}};
      // Netlink mode does not tell the administrative state here.
      if (fromNetlink_) labels.erase(labels.begin() + 1);
      info.add(1, labels);
    }
  }

  static void giveAlternativeNames(const std::vector<Link>& links, Sink& out) {
    const ScalarFamily names =
        out.gauge("node_network_altnames_info", "A further name of the device; always 1.");
    for (const Link& link : links) {
      for (const std::string& name : link.alternativeNames) {
        names.add(1, {{"altname", name}, {"device", link.name}});
      }
    }
  }

  static void giveCounters(const std::vector<Link>& links, Sink& out) {
    for (const LinkCounter& counter : kLinkCounters) {
      const ScalarFamily family = out.gauge(counter.family, counter.help);
      for (const Link& link : links) {
        if (!link.statistics) continue;
        family.add(static_cast<double>((*link.statistics).*counter.counter),
                   {{"device", link.name}});
      }
    }
  }

  Pattern ignored_;
  bool dropInvalidSpeed_;
  bool fromNetlink_;
  bool withCounters_;
  Complaints complaints_;
  DeviceLinks deviceLinks_;
  RouteNetlink routes_;
  GenericNetlink generic_;
};

void declareFamilies(Sink& out) {
  for (const LinkCounter& counter : kLinkCounters) out.gauge(counter.family, counter.help);
}

const RegisterCollector<Netclass> netclass{
    {.name = "netclass",
     .flags = {patternFlag("collector.netclass.ignored-devices", "^$",
                           "Regular expression of the network devices to leave out."),
               switchFlag("collector.netclass.ignore-invalid-speed", false,
                          "Leave out negative speeds, which stand for unknown ones."),
               switchFlag("collector.netclass.netlink", false,
                          "Ask netlink for most of it instead of reading sys/class/net."),
               switchFlag("collector.netclass_rtnl.with-stats", false,
                          "In netlink mode, also report the counters of each device.")},
     .reads = "sys/class/net/*, or netlink RTM_GETLINK and ethtool LINKMODES_GET",
     .generates = declareFamilies}};

}  // namespace

}  // namespace orchestrator_exporter
