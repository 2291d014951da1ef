#include "exporter/kernel/network/wireless.h"

#include <linux/genetlink.h>
#include <linux/nl80211.h>

#include <cerrno>

namespace orchestrator_exporter {

namespace {

// The name in a network's information elements: a number, a length and so many bytes, one after the
// other (IEEE 802.11, 9.4.2.2).
std::string_view ssidOf(std::string_view elements) {
  while (elements.size() >= 2) {
    const auto number = static_cast<std::uint8_t>(elements[0]);
    const auto length = static_cast<std::uint8_t>(elements[1]);
    elements.remove_prefix(2);
    if (length > elements.size()) break;
    if (number == 0) return elements.substr(0, length);
    elements.remove_prefix(length);
  }
  return {};
}

BasicServiceSet::Mode modeOf(std::uint32_t status) {
  switch (status) {
    case NL80211_BSS_STATUS_AUTHENTICATED:
    case NL80211_BSS_STATUS_ASSOCIATED:
      return BasicServiceSet::Mode::kClient;
    case NL80211_BSS_STATUS_IBSS_JOINED:
      return BasicServiceSet::Mode::kAdHoc;
    default:
      return BasicServiceSet::Mode::kUnknown;
  }
}

using Number = std::optional<double>;

template <typename Integer>
Number numberOf(const NetlinkAttributes& attributes, std::uint16_t type) {
  const auto number = attributes.find(type).number<Integer>();
  return number ? Number(static_cast<double>(*number)) : std::nullopt;
}

// A counter of 64 bits, or of 32 where the kernel is older.
Number counterOf(const NetlinkAttributes& attributes, std::uint16_t wide, std::uint16_t narrow) {
  const Number counter = numberOf<std::uint64_t>(attributes, wide);
  return counter ? counter : numberOf<std::uint32_t>(attributes, narrow);
}

// Told in units of 100 kbit/s.
Number bitsPerSecond(const NetlinkAttribute& rate) {
  const NetlinkAttributes attributes(rate.payload);
  Number units = numberOf<std::uint32_t>(attributes, NL80211_RATE_INFO_BITRATE32);
  if (!units) units = numberOf<std::uint16_t>(attributes, NL80211_RATE_INFO_BITRATE);
  return units ? Number(*units * 100e3) : std::nullopt;
}

}  // namespace

WirelessInterface readWirelessInterface(const NetlinkMessage& message) {
  const NetlinkAttributes attributes = message.attributes<genlmsghdr>();
  return {attributes.find(NL80211_ATTR_IFINDEX).number<std::uint32_t>().value_or(0),
          std::string(attributes.find(NL80211_ATTR_IFNAME).text()),
          attributes.find(NL80211_ATTR_WIPHY_FREQ).number<std::uint32_t>().value_or(0)};
}

std::optional<BasicServiceSet> readServiceSet(const NetlinkMessage& message) {
  const NetlinkAttributes set(message.attributes<genlmsghdr>().find(NL80211_ATTR_BSS).payload);
  const auto status = set.find(NL80211_BSS_STATUS).number<std::uint32_t>();
  if (!status) return std::nullopt;
  return BasicServiceSet{std::string(ssidOf(set.find(NL80211_BSS_INFORMATION_ELEMENTS).payload)),
                         std::string(set.find(NL80211_BSS_BSSID).payload), modeOf(*status)};
}

WirelessStation readWirelessStation(const NetlinkMessage& message) {
  const NetlinkAttributes attributes = message.attributes<genlmsghdr>();
  const NetlinkAttributes info(attributes.find(NL80211_ATTR_STA_INFO).payload);
  WirelessStation station;
  station.address = attributes.find(NL80211_ATTR_MAC).payload;
  station.connectedSeconds = numberOf<std::uint32_t>(info, NL80211_STA_INFO_CONNECTED_TIME);
  const Number inactive = numberOf<std::uint32_t>(info, NL80211_STA_INFO_INACTIVE_TIME);
  if (inactive) station.inactiveSeconds = *inactive / 1000;
  station.receivedBytes = counterOf(info, NL80211_STA_INFO_RX_BYTES64, NL80211_STA_INFO_RX_BYTES);
  station.transmittedBytes =
      counterOf(info, NL80211_STA_INFO_TX_BYTES64, NL80211_STA_INFO_TX_BYTES);
  station.receivedPackets = numberOf<std::uint32_t>(info, NL80211_STA_INFO_RX_PACKETS);
  station.transmittedPackets = numberOf<std::uint32_t>(info, NL80211_STA_INFO_TX_PACKETS);
  station.receiveBitsPerSecond = bitsPerSecond(info.find(NL80211_STA_INFO_RX_BITRATE));
  station.transmitBitsPerSecond = bitsPerSecond(info.find(NL80211_STA_INFO_TX_BITRATE));
  station.signal = numberOf<std::int8_t>(info, NL80211_STA_INFO_SIGNAL);
  station.transmitRetries = numberOf<std::uint32_t>(info, NL80211_STA_INFO_TX_RETRIES);
  station.transmitFailures = numberOf<std::uint32_t>(info, NL80211_STA_INFO_TX_FAILED);
  station.beaconLosses = numberOf<std::uint32_t>(info, NL80211_STA_INFO_BEACON_LOSS);
  return station;
}

std::optional<std::vector<WirelessInterface>> KernelWireless::interfaces(Kernel&) {
  const auto family = netlink_.family(NL80211_GENL_NAME);
  if (!family) return std::nullopt;
  family_ = *family;
  std::vector<WirelessInterface> interfaces;
  netlink_.socket().dump(
      GenericNetlink::request("nl80211 GET_INTERFACE", family_, NL80211_CMD_GET_INTERFACE),
      [&] { interfaces.clear(); },
      [&](const NetlinkMessage& message) { interfaces.push_back(readWirelessInterface(message)); });
  return interfaces;
}

void KernelWireless::dump(const char* name, std::uint8_t command,
                          const WirelessInterface& interface, const NetlinkSocket::Begin& begin,
                          const NetlinkSocket::Visit& visit) {
  NetlinkRequest request = GenericNetlink::request(name, family_, command);
  request.add(NL80211_ATTR_IFINDEX, interface.index);
  // Not every driver, and not every kind of interface, has an answer; and an interface may be gone.
  netlink_.socket().dump(request, begin, visit, {ENOENT, EOPNOTSUPP, ENODEV});
}

std::optional<BasicServiceSet> KernelWireless::serviceSet(Kernel&,
                                                          const WirelessInterface& interface) {
  std::optional<BasicServiceSet> set;
  dump(
      "nl80211 GET_SCAN", NL80211_CMD_GET_SCAN, interface, [&] { set.reset(); },
      [&](const NetlinkMessage& message) {
        if (!set) set = readServiceSet(message);
      });
  return set;
}

std::vector<WirelessStation> KernelWireless::stations(Kernel&, const WirelessInterface& interface) {
  std::vector<WirelessStation> stations;
  dump(
      "nl80211 GET_STATION", NL80211_CMD_GET_STATION, interface, [&] { stations.clear(); },
      [&](const NetlinkMessage& message) { stations.push_back(readWirelessStation(message)); });
  return stations;
}

}  // namespace orchestrator_exporter
