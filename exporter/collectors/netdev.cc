#include <linux/if_link.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/network/address_text.h"
#include "exporter/kernel/network/interface_names.h"
#include "exporter/kernel/network/link_counters.h"
#include "exporter/kernel/network/network_class.h"
#include "exporter/kernel/network/route_netlink.h"

namespace orchestrator_exporter {

namespace {

using Statistics = rtnl_link_stats64;
using Counter = __u64 Statistics::*;

struct Device {
  std::string name;
  Statistics statistics{};
  std::optional<std::string_view> alias;
};

struct Family {
  std::string_view name;
  std::string_view help;
  std::vector<Counter> summands;
};

// What proc/net/dev shows in one column though the kernel counts it under other names or in several
// counters. Read from the file, the column is in the first counter and the others are zero.
const std::vector<Family>& renamedColumns() {
  static const std::vector<Family> all = {
      {"node_network_receive_fifo_total",
       "Overruns of the receive queue.",
       {&Statistics::rx_fifo_errors}},
      {"node_network_receive_frame_total",
       "Packets received with a wrong alignment, length or checksum, or over size.",
       {&Statistics::rx_frame_errors, &Statistics::rx_length_errors, &Statistics::rx_over_errors,
        &Statistics::rx_crc_errors}},
      {"node_network_receive_multicast_total",
       "Multicast packets received.",
       {&Statistics::multicast}},
      {"node_network_transmit_fifo_total",
       "Underruns of the transmit queue.",
       {&Statistics::tx_fifo_errors}},
      {"node_network_transmit_colls_total",
       "Collisions seen while sending.",
       {&Statistics::collisions}},
      {"node_network_transmit_carrier_total",
       "Packets not sent for a lost carrier, an abort, a missing heartbeat or a late collision.",
       {&Statistics::tx_carrier_errors, &Statistics::tx_aborted_errors,
        &Statistics::tx_heartbeat_errors, &Statistics::tx_window_errors}},
  };
  return all;
}

// The same for the columns that detailed mode shows under the kernel's name even from the file.
const std::vector<Family>& shortColumns() {
  static const std::vector<Family> all = {
      {"node_network_receive_errs_total",
       "Packets received with any fault.",
       {&Statistics::rx_errors}},
      {"node_network_receive_drop_total",
       "Received packets that the kernel dropped or that the device missed for want of room.",
       {&Statistics::rx_dropped, &Statistics::rx_missed_errors}},
      {"node_network_transmit_errs_total",
       "Packets not sent for any fault.",
       {&Statistics::tx_errors}},
      {"node_network_transmit_drop_total",
       "Packets dropped on their way out.",
       {&Statistics::tx_dropped}},
  };
  return all;
}

// Those that go by the kernel's name in every mode.
bool isPlain(Counter counter) {
  return counter == &Statistics::rx_bytes || counter == &Statistics::rx_packets ||
         counter == &Statistics::rx_compressed || counter == &Statistics::tx_bytes ||
         counter == &Statistics::tx_packets || counter == &Statistics::tx_compressed;
}

bool isErrorOrDrop(Counter counter) {
  return counter == &Statistics::rx_errors || counter == &Statistics::rx_dropped ||
         counter == &Statistics::tx_errors || counter == &Statistics::tx_dropped;
}

std::vector<Family> familiesOf(bool fromNetlink, bool detailed) {
  std::vector<Family> families;
  for (const LinkCounter& counter : kLinkCounters) {
    const bool missingInFile = counter.counter == &Statistics::rx_nohandler;
    const bool taken = isPlain(counter.counter) || (fromNetlink && (detailed || missingInFile)) ||
                       (detailed && isErrorOrDrop(counter.counter));
    if (taken) families.push_back({counter.family, counter.help, {counter.counter}});
  }
  const auto append = [&](const std::vector<Family>& more) {
    families.insert(families.end(), more.begin(), more.end());
  };
  if (!detailed) append(shortColumns());
  if (!detailed || !fromNetlink) append(renamedColumns());
  return families;
}

// The columns of proc/net/dev.
constexpr std::array<Counter, 16> kColumns = {
    &Statistics::rx_bytes,       &Statistics::rx_packets,     &Statistics::rx_errors,
    &Statistics::rx_dropped,     &Statistics::rx_fifo_errors, &Statistics::rx_frame_errors,
    &Statistics::rx_compressed,  &Statistics::multicast,      &Statistics::tx_bytes,
    &Statistics::tx_packets,     &Statistics::tx_errors,      &Statistics::tx_dropped,
    &Statistics::tx_fifo_errors, &Statistics::collisions,     &Statistics::tx_carrier_errors,
    &Statistics::tx_compressed};

// `  eth0: 1234 5 …`; the name may have colons too (eth0:1).
Device readLine(std::string_view path, const Row& line) {
  const std::size_t colon = line.text().rfind(':');
  if (colon == std::string_view::npos) throw line.error("a device and a colon", line.text());
  Device device;
  device.name = trim(line.text().substr(0, colon));
  if (device.name.empty()) throw line.error("a device's name", line.text());
  const Row columns(path, line.lineNumber(), line.text().substr(colon + 1));
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    device.statistics.*kColumns[i] = columns.unsignedInteger(i);
  }
  return device;
}

// 169.254.0.0/16, fe80::/10 and the multicast addresses of one link, and loopback too.
bool isLinkLocal(std::string_view ip) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(ip[at]); };
  if (ip.size() == 4) {
    return byte(0) == 127 || (byte(0) == 169 && byte(1) == 254) ||
           (byte(0) == 224 && byte(1) == 0 && byte(2) == 0);
  }
  const bool loopback = ip == std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
  return loopback || (byte(0) == 0xfe && (byte(1) & 0xc0) == 0x80) ||
         (byte(0) == 0xff && (byte(1) & 0x0f) == 2);
}

// An IPv4 address in the last four bytes of an IPv6 address; it is shown as IPv4.
bool isMapped(std::string_view ip) {
  return ip.size() == 16 && ip.starts_with({"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12});
}

std::string_view scopeOf(std::string_view ip) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(ip[at]); };
  if (isLinkLocal(ip)) return "link-local";
  if (ip.size() == 16 && byte(0) == 0xff && (byte(1) & 0x0f) == 1) return "interface-local";
  const bool multicast = ip.size() == 4 ? (byte(0) & 0xf0) == 0xe0 : byte(0) == 0xff;
  const bool unspecified = ip.find_first_not_of('\0') == std::string_view::npos;
  const bool broadcast = ip == "\xff\xff\xff\xff";
  return multicast || unspecified || broadcast ? "" : "global";
}

class Netdev final : public Collector {
 public:
  explicit Netdev(const Flags& flags)
      : filter_(NameFilter::oneOf(
            flags, "collector.netdev.device-include", "collector.netdev.device-exclude",
            "collector.netdev.device-whitelist", "collector.netdev.device-blacklist")),
        fromNetlink_(flags.enabled("collector.netdev.netlink")),
        withAddresses_(flags.enabled("collector.netdev.address-info")),
        withAlias_(flags.enabled("collector.netdev.label-ifalias")),
        families_(
            familiesOf(fromNetlink_, flags.enabled("collector.netdev.enable-detailed-metrics"))) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    bool given = false;
    complaints_.attempt([&] { given = giveCounters(kernel, out); });
    if (withAddresses_) given |= complaints_.attempt([&] { giveAddresses(out); });
    complaints_.failIf(!given);
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // False without devices.
  bool giveCounters(Kernel& kernel, Sink& out) {
    std::vector<Device> devices = fromNetlink_ ? readLinks(kernel) : readFile(kernel);
    if (withAlias_) complaints_.attempt([&] { addAliases(kernel, devices); });
    for (const Family& family : families_) give(family, devices, out);
    return !devices.empty();
  }

  std::vector<Device> readLinks(Kernel& kernel) {
    std::vector<Device> devices;
    for (const Link& link : networkLinks(kernel, netlink_)) {
      if (!filter_.takes(link.name) || !link.statistics) continue;
      devices.push_back({link.name, *link.statistics, std::nullopt});
    }
    return devices;
  }

  std::vector<Device> readFile(Kernel& kernel) {
    const KernelFile file = kernel.require("proc/net/dev");
    std::vector<Device> devices;
    for (const Row& line : file.rows()) {
      if (line.empty() || line.text().find('|') != std::string_view::npos) continue;  // headings
      complaints_.attempt([&] { addLine(file.path, line, devices); });
    }
    return devices;
  }

  void addLine(std::string_view path, const Row& line, std::vector<Device>& devices) const {
    Device device = readLine(path, line);
    if (!filter_.takes(device.name)) return;
    const auto before = std::find_if(devices.begin(), devices.end(),
                                     [&](const Device& d) { return d.name == device.name; });
    if (before == devices.end()) {
      devices.push_back(std::move(device));
    } else {
      *before = std::move(device);
    }
  }

  void addAliases(Kernel& kernel, std::vector<Device>& devices) {
    const auto known = networkDevices(kernel);
    if (!known) throw ReadError(ENOENT, "sys/class/net");
    for (Device& device : devices) {
      if (!std::binary_search(known->begin(), known->end(), device.name)) continue;
      complaints_.attempt(
          [&] { device.alias = networkAttribute(kernel, device.name, "ifalias").value_or(""); });
    }
  }

  static void give(const Family& family, const std::vector<Device>& devices, Sink& out) {
    const ScalarFamily samples = out.counter(family.name, family.help);
    for (const Device& device : devices) {
      std::uint64_t value = 0;
      for (const Counter counter : family.summands) value += device.statistics.*counter;
      if (device.alias) {
        samples.add(static_cast<double>(value),
                    {{"device", device.name}, {"ifalias", *device.alias}});
      } else {
        samples.add(static_cast<double>(value), {{"device", device.name}});
      }
    }
  }

  void giveAddresses(Sink& out) {
    const ScalarFamily addresses =
        out.gauge("node_network_address_info", "An address of a network device; always 1.");
    InterfaceNames names;
    for (const InterfaceAddress& address : netlink_.addresses()) {
      const std::string_view device = names.of(address.interfaceIndex);
      if (device.empty() || !filter_.takes(device)) continue;
      const bool mapped = isMapped(address.address);
      const std::string_view ip = std::string_view(address.address).substr(mapped ? 12 : 0);
      if (ip.size() != 4 && ip.size() != 16) continue;
      const unsigned hidden = mapped ? std::min(address.prefixLength, 96U) : 0;
      addresses.add(1, {{"address", addressText(ip)},
                        {"device", device},
                        {"netmask", std::to_string(address.prefixLength - hidden)},
                        {"scope", scopeOf(ip)}});
    }
  }

  NameFilter filter_;
  bool fromNetlink_;
  bool withAddresses_;
  bool withAlias_;
  std::vector<Family> families_;
  Complaints complaints_;
  RouteNetlink netlink_;
};

void declareFamilies(Sink& out) {
  for (const bool fromNetlink : {false, true}) {
    for (const bool detailed : {false, true}) {
      for (const Family& family : familiesOf(fromNetlink, detailed)) {
        out.counter(family.name, family.help);
      }
    }
  }
}

const RegisterCollector<Netdev> netdev{
    {.name = "netdev",
     .flags = {patternFlag("collector.netdev.device-include", "",
                           "Regular expression of the network devices to report; not together with "
                           "device-exclude."),
               patternFlag(
                   "collector.netdev.device-exclude", "",
                   "Regular expression of the network devices to leave out; not together with "
                   "device-include."),
               switchFlag("collector.netdev.address-info", false,
                          "Also report the addresses of each network device."),
               switchFlag("collector.netdev.enable-detailed-metrics", false,
                          "Report the kernel's counters one by one instead of summed up as in "
                          "proc/net/dev."),
               switchFlag("collector.netdev.netlink", true,
                          "Ask netlink for the counters instead of reading proc/net/dev."),
               switchFlag("collector.netdev.label-ifalias", false,
                          "Add the alias of the device to all counters as label ifalias."),
               hiddenFlag(patternFlag("collector.netdev.device-whitelist", "",
                                      "Old name of collector.netdev.device-include.")),
               hiddenFlag(patternFlag("collector.netdev.device-blacklist", "",
                                      "Old name of collector.netdev.device-exclude."))},
     .reads = "netlink RTM_GETLINK or proc/net/dev; netlink RTM_GETADDR; "
              "sys/class/net/*/ifalias",
     .generates = declareFamilies}};

}  // namespace

}  // namespace orchestrator_exporter
