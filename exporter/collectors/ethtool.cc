#include <linux/ethtool.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/network/ethtool_ioctl.h"
#include "exporter/kernel/network/ethtool_names.h"
#include "exporter/kernel/network/network_class.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kStatisticHelp = "A statistic of the network driver.";

struct LinkMode {
  int bit;
  int speed;  // Mbit/s
  std::string_view duplex;
  std::string_view name;
};

constexpr LinkMode kModes[] = {
    {ETHTOOL_LINK_MODE_10baseT_Half_BIT, 10, "half", "10baseT"},
    {ETHTOOL_LINK_MODE_10baseT_Full_BIT, 10, "full", "10baseT"},
    {ETHTOOL_LINK_MODE_100baseT_Half_BIT, 100, "half", "100baseT"},
    {ETHTOOL_LINK_MODE_100baseT_Full_BIT, 100, "full", "100baseT"},
    {ETHTOOL_LINK_MODE_1000baseT_Half_BIT, 1000, "half", "1000baseT"},
    {ETHTOOL_LINK_MODE_1000baseT_Full_BIT, 1000, "full", "1000baseT"},
    {ETHTOOL_LINK_MODE_10000baseT_Full_BIT, 10000, "full", "10000baseT"},
    {ETHTOOL_LINK_MODE_1000baseKX_Full_BIT, 1000, "full", "1000baseKX"},
    {ETHTOOL_LINK_MODE_10000baseKX4_Full_BIT, 10000, "full", "10000baseKX4"},
    {ETHTOOL_LINK_MODE_10000baseKR_Full_BIT, 10000, "full", "10000baseKR"},
    {ETHTOOL_LINK_MODE_10000baseR_FEC_BIT, 10000, "full", "10000baseR_FEC"},
    {ETHTOOL_LINK_MODE_20000baseMLD2_Full_BIT, 20000, "full", "20000baseMLD2"},
    {ETHTOOL_LINK_MODE_20000baseKR2_Full_BIT, 20000, "full", "20000baseKR2"},
    {ETHTOOL_LINK_MODE_40000baseKR4_Full_BIT, 40000, "full", "40000baseKR4"},
    {ETHTOOL_LINK_MODE_40000baseCR4_Full_BIT, 40000, "full", "40000baseCR4"},
    {ETHTOOL_LINK_MODE_40000baseSR4_Full_BIT, 40000, "full", "40000baseSR4"},
    {ETHTOOL_LINK_MODE_40000baseLR4_Full_BIT, 40000, "full", "40000baseLR4"},
    {ETHTOOL_LINK_MODE_56000baseKR4_Full_BIT, 56000, "full", "56000baseKR4"},
    {ETHTOOL_LINK_MODE_56000baseCR4_Full_BIT, 56000, "full", "56000baseCR4"},
    {ETHTOOL_LINK_MODE_56000baseSR4_Full_BIT, 56000, "full", "56000baseSR4"},
    {ETHTOOL_LINK_MODE_56000baseLR4_Full_BIT, 56000, "full", "56000baseLR4"},
    {ETHTOOL_LINK_MODE_25000baseCR_Full_BIT, 25000, "full", "25000baseCR"},
};

struct Port {
  int bit;
  std::string_view name;
};

constexpr Port kPorts[] = {
    {ETHTOOL_LINK_MODE_TP_BIT, "TP"},   {ETHTOOL_LINK_MODE_AUI_BIT, "AUI"},
    {ETHTOOL_LINK_MODE_MII_BIT, "MII"}, {ETHTOOL_LINK_MODE_FIBRE_BIT, "FIBRE"},
    {ETHTOOL_LINK_MODE_BNC_BIT, "BNC"}, {ETHTOOL_LINK_MODE_Backplane_BIT, "Backplane"},
};

bool has(std::uint32_t modes, int bit) { return (modes >> bit & 1) != 0; }

// What the link supports or advertises, and the families for it.
struct Abilities {
  std::string_view autonegotiate;
  std::string_view pause;
  std::string_view asymmetricPause;
  std::string_view speed;
  std::string_view what;
};

constexpr Abilities kSupported = {
    "node_network_autonegotiate_supported", "node_network_pause_supported",
    "node_network_asymmetricpause_supported", "node_network_supported_speed_bytes", "supports"};
constexpr Abilities kAdvertised = {
    "node_network_autonegotiate_advertised", "node_network_pause_advertised",
    "node_network_asymmetricpause_advertised", "node_network_advertised_speed_bytes", "advertises"};

void giveAbilities(const Abilities& families, std::uint32_t modes, std::string_view device,
                   Sink& out) {
  const std::string subject = "The device " + std::string(families.what) + " ";
  const auto ability = [&](std::string_view family, const char* what, int bit) {
    out.gauge(family, subject + what).add(has(modes, bit) ? 1 : 0, {{"device", device}});
  };
  ability(families.autonegotiate, "autonegotiation.", ETHTOOL_LINK_MODE_Autoneg_BIT);
  ability(families.pause, "pause frames.", ETHTOOL_LINK_MODE_Pause_BIT);
  ability(families.asymmetricPause, "pause frames of one direction.",
          ETHTOOL_LINK_MODE_Asym_Pause_BIT);
  for (const LinkMode& mode : kModes) {
    if (!has(modes, mode.bit)) continue;
    out.gauge(families.speed, subject + "this mode of so many bytes per second.")
        .add(mode.speed * (1e6 / 8),
             {{"device", device}, {"duplex", mode.duplex}, {"mode", mode.name}});
  }
}

void giveLink(const EthtoolLink& link, std::string_view device, Sink& out) {
  giveAbilities(kSupported, link.supported, device, out);
  giveAbilities(kAdvertised, link.advertised, device, out);
  for (const Port& port : kPorts) {
    if (!has(link.supported, port.bit)) continue;
    out.gauge("node_network_supported_port_info", "A kind of port of the device; always 1.")
        .add(1, {{"device", device}, {"type", port.name}});
  }
  out.gauge("node_network_autonegotiate", "1 where the device negotiates speed and duplex.")
      .add(link.autonegotiation, {{"device", device}});
}

void giveDriver(const EthtoolDriver& driver, std::string_view device, Sink& out) {
  out.gauge("node_ethtool_info", "Driver and firmware of the device; always 1.")
      .add(1, {{"bus_info", driver.busInfo},
               {"device", device},
               {"driver", driver.name},
               {"expansion_rom_version", driver.expansionRomVersion},
               {"firmware_version", driver.firmwareVersion},
               {"version", driver.version}});
}

class Ethtool final : public Collector {
 public:
  explicit Ethtool(const Flags& flags)
      : devices_(NameFilter::fromFlags(flags, "collector.ethtool.device-include",
                                       "collector.ethtool.device-exclude")),
        metrics_("collector.ethtool.metrics-include",
                 flags.text("collector.ethtool.metrics-include")) {}

  // Statistics may be asked of the card itself.
  bool mayBlock() const override { return true; }

  void collect(Kernel& kernel, Sink& out) override {
    complaint_.clear();
    const auto names = networkDevices(kernel);
    if (!names) throw NoData{};
    if (names->empty()) throw ParseError("sys/class/net: no network device at all");
    for (const std::string_view name : *names) {
      if (devices_.takes(name)) give(name, out);
    }
  }

  std::string complaint() const override { return complaint_; }

 private:
  void give(std::string_view device, Sink& out) {
    const auto link = calls_.link(device);
    if (answered(link.error, device, "ETHTOOL_GSET")) giveLink(link.value, device, out);
    const auto driver = calls_.driver(device);
    if (!answered(driver.error, device, "ETHTOOL_GDRVINFO")) return;
    giveDriver(driver.value, device, out);
    const auto statistics = calls_.statistics(device, driver.value.statistics);
    if (!answered(statistics.error, device, "ETHTOOL_GSTATS")) return;
    const auto takes = [this](std::string_view name) { return metrics_.matches(name); };
    for (const EthtoolSample& sample : nameStatistics(statistics.value, takes)) {
      out.untyped(sample.family, kStatisticHelp).add(sample.value, {{"device", device}});
    }
  }

  // Drivers need not answer any of these calls; another refusal costs its samples and is told.
  bool answered(int error, std::string_view device, std::string_view call) {
    if (error == 0) return true;
    if (error == EOPNOTSUPP) return false;
    if (!complaint_.empty()) complaint_ += "; ";
    complaint_.append(device).append(": ").append(call).append(": ").append(std::strerror(error));
    return false;
  }

  NameFilter devices_;
  Pattern metrics_;
  EthtoolIoctl calls_;
  std::string complaint_;
};

void declareFamilies(Sink& out) {
  for (const Abilities& families : {kSupported, kAdvertised}) {
    giveAbilities(families, ~std::uint32_t{0}, "", out);
  }
  for (const char* name : {"rx_bytes", "rx_dropped", "rx_errors", "rx_packets", "tx_bytes",
                           "tx_errors", "tx_packets"}) {
    for (const EthtoolSample& sample : nameStatistics({{name, 0}}, [](auto) { return true; })) {
      out.untyped(sample.family, kStatisticHelp);
    }
  }
  out.untyped("node_ethtool_*", kStatisticHelp);
}

const RegisterCollector<Ethtool> ethtool{
    {.name = "ethtool",
     .onByDefault = kOffByDefault,
     .flags = {patternFlag("collector.ethtool.device-include", "",
                           "Regular expression of the network devices to report."),
               patternFlag("collector.ethtool.device-exclude", "",
                           "Regular expression of the network devices to leave out."),
               patternFlag("collector.ethtool.metrics-include", ".*",
                           "Regular expression of the drivers' statistics to report.")},
     .reads = "sys/class/net, ioctl SIOCETHTOOL",
     .generates = declareFamilies}};

}  // namespace

}  // namespace orchestrator_exporter
