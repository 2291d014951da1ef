#include "exporter/kernel/network/wireless_files.h"

#include "exporter/kernel/network/json_records.h"

namespace orchestrator_exporter {

namespace {

double seconds(std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return static_cast<double>(nanoseconds / kSecond) +
         static_cast<double>(nanoseconds % kSecond) / static_cast<double>(kSecond);
}

// These files count the states of a network in their own way: between the kernel's second and third
// there is one more, for none of them.
BasicServiceSet::Mode modeOf(std::int64_t status) {
  switch (status) {
    case 0:
    case 1:
      return BasicServiceSet::Mode::kClient;
    case 3:
      return BasicServiceSet::Mode::kAdHoc;
    default:
      return BasicServiceSet::Mode::kUnknown;
  }
}

WirelessStation readStation(const JsonRecord& record) {
  const auto number = [&](std::string_view name) {
    return static_cast<double>(record.integer(name));
  };
  WirelessStation station;
  station.address = record.bytes("hardwareaddr");
  station.connectedSeconds = seconds(record.integer("connected"));
  station.inactiveSeconds = seconds(record.integer("inactive"));
  station.receivedBytes = number("receivedbytes");
  station.transmittedBytes = number("transmittedbytes");
  station.receivedPackets = number("receivedpackets");
  station.transmittedPackets = number("transmittedpackets");
  station.receiveBitsPerSecond = number("receivebitrate");
  station.transmitBitsPerSecond = number("transmitbitrate");
  station.signal = number("signal");
  station.transmitRetries = number("transmitretries");
  station.transmitFailures = number("transmitfailed");
  station.beaconLosses = number("beaconloss");
  return station;
}

}  // namespace

std::optional<std::vector<WirelessInterface>> WirelessFiles::interfaces(Kernel& kernel) {
  const auto file = JsonFile::read(kernel, kernel.path(directory_, "/interfaces.json"));
  if (!file) return std::nullopt;
  std::vector<WirelessInterface> interfaces;
  for (std::size_t i = 0; i < file->size(); ++i) {
    const JsonRecord record = file->item(i);
    interfaces.push_back({0, record.text("name"), record.integer("frequency")});
  }
  return interfaces;
}

std::optional<BasicServiceSet> WirelessFiles::serviceSet(Kernel& kernel,
                                                         const WirelessInterface& interface) {
  const auto file =
      JsonFile::read(kernel, kernel.path(directory_, "/", interface.name, "/bss.json"));
  if (!file) return std::nullopt;
  const JsonRecord record = file->object();
  return BasicServiceSet{record.text("ssid"), record.bytes("bssid"),
                         modeOf(record.integer("status"))};
}

std::vector<WirelessStation> WirelessFiles::stations(Kernel& kernel,
                                                     const WirelessInterface& interface) {
  std::vector<WirelessStation> stations;
  const auto file =
      JsonFile::read(kernel, kernel.path(directory_, "/", interface.name, "/stationinfo.json"));
  if (!file) return stations;
  for (std::size_t i = 0; i < file->size(); ++i) stations.push_back(readStation(file->item(i)));
  return stations;
}

}  // namespace orchestrator_exporter
