#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/network/address_text.h"
#include "exporter/kernel/network/wireless.h"
#include "exporter/kernel/network/wireless_files.h"

namespace orchestrator_exporter {

namespace {

struct StationFamily {
  MetricType type;
  std::string_view name;
  std::string_view help;
  std::optional<double> WirelessStation::*value;
};

constexpr StationFamily kStationFamilies[] = {
    {MetricType::kCounter, "node_wifi_station_connected_seconds_total",
     "How long the station has been connected.", &WirelessStation::connectedSeconds},
    {MetricType::kGauge, "node_wifi_station_inactive_seconds",
     "How long the station has been silent.", &WirelessStation::inactiveSeconds},
    {MetricType::kGauge, "node_wifi_station_receive_bits_per_second",
     "Rate at which the station is received.", &WirelessStation::receiveBitsPerSecond},
    {MetricType::kGauge, "node_wifi_station_transmit_bits_per_second",
     "Rate at which is sent to the station.", &WirelessStation::transmitBitsPerSecond},
    {MetricType::kCounter, "node_wifi_station_receive_bytes_total",
     "Bytes received from the station.", &WirelessStation::receivedBytes},
    {MetricType::kCounter, "node_wifi_station_transmit_bytes_total", "Bytes sent to the station.",
     &WirelessStation::transmittedBytes},
    {MetricType::kCounter, "node_wifi_station_received_packets_total",
     "Packets received from the station.", &WirelessStation::receivedPackets},
    {MetricType::kCounter, "node_wifi_station_transmitted_packets_total",
     "Packets sent to the station.", &WirelessStation::transmittedPackets},
    {MetricType::kGauge, "node_wifi_station_signal_dbm",
     "Strength of the station's signal in decibels above a milliwatt.", &WirelessStation::signal},
    {MetricType::kCounter, "node_wifi_station_transmit_retries_total",
     "Packets sent again to the station.", &WirelessStation::transmitRetries},
    {MetricType::kCounter, "node_wifi_station_transmit_failed_total",
     "Packets that could not be sent to the station.", &WirelessStation::transmitFailures},
    {MetricType::kCounter, "node_wifi_station_beacon_loss_total",
     "How often the station's beacons were missed.", &WirelessStation::beaconLosses},
};

std::string_view modeName(BasicServiceSet::Mode mode) {
  switch (mode) {
    case BasicServiceSet::Mode::kClient:
      return "client";
    case BasicServiceSet::Mode::kAdHoc:
      return "ad-hoc";
    case BasicServiceSet::Mode::kUnknown:
      break;
  }
  return "unknown";
}

void giveStation(const WirelessStation& station, std::string_view device, Sink& out) {
  const std::string address = hardwareAddressText(station.address);
  for (const StationFamily& family : kStationFamilies) {
    addIfKnown(ScalarFamily(out.family({family.name, family.help, family.type})),
               station.*family.value, {{"device", device}, {"mac_address", address}});
  }
}

class Wifi final : public Collector {
 public:
  explicit Wifi(const Flags& flags) {
    const std::string& fixtures = flags.text("collector.wifi.fixtures");
    if (fixtures.empty()) {
      source_ = std::make_unique<KernelWireless>();
    } else {
      source_ = std::make_unique<WirelessFiles>(std::filesystem::absolute(fixtures).string());
    }
  }

  // Much of it is asked of the card itself.
  bool mayBlock() const override { return true; }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto interfaces = source_->interfaces(kernel);
    if (!interfaces) throw NoData{};
    for (const WirelessInterface& interface : *interfaces) {
      if (!interface.name.empty()) give(interface, kernel, out);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void give(const WirelessInterface& interface, Kernel& kernel, Sink& out) {
    out.gauge("node_wifi_interface_frequency_hertz", "Frequency that the device is tuned to.")
        .add(static_cast<double>(interface.megahertz) * 1e6, {{"device", interface.name}});
    complaints_.attempt([&] { giveServiceSet(interface, kernel, out); });
    complaints_.attempt([&] {
      for (const WirelessStation& station : source_->stations(kernel, interface)) {
        giveStation(station, interface.name, out);
      }
    });
  }

  void giveServiceSet(const WirelessInterface& interface, Kernel& kernel, Sink& out) {
    const auto set = source_->serviceSet(kernel, interface);
    if (!set) return;
    out.gauge("node_wifi_station_info", "The network that the device belongs to; always 1.")
        .add(1, {{"bssid", hardwareAddressText(set->bssid)},
                 {"device", interface.name},
                 {"mode", modeName(set->mode)},
                 {"ssid", set->ssid}});
  }

  Complaints complaints_;
  std::unique_ptr<WirelessSource> source_;
};

const RegisterCollector<Wifi> wifi{
    {.name = "wifi",
     .onByDefault = kOffByDefault,
     .flags = {textFlag("collector.wifi.fixtures", "",
                        "Directory with JSON files to read instead of asking nl80211.")},
     .reads = "generic netlink nl80211"}};

}  // namespace

}  // namespace orchestrator_exporter
