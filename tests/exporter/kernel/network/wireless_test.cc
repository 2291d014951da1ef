#include "exporter/kernel/network/wireless.h"

#include <gtest/gtest.h>
#include <linux/genetlink.h>
#include <linux/nl80211.h>

#include <string>

#include "tests/support/netlink_bytes.h"

namespace orchestrator_exporter {

namespace {

using test::attribute;

// What a message says after the netlink header.
std::string body(const std::string& attributes) {
  return std::string(sizeof(genlmsghdr), '\0') + attributes;
}

std::optional<BasicServiceSet> readSet(const std::string& attributes) {
  const std::string message = body(attribute(NL80211_ATTR_BSS | NLA_F_NESTED, attributes));
  return readServiceSet(NetlinkMessage(message));
}

constexpr std::string_view kAddress("\2\0\x5e\x10\0\1", 6);

}  // namespace

TEST(KernelWireless, ReadsAnInterface) {
  const std::string message = body(attribute(NL80211_ATTR_IFINDEX, 7U) +
                                   attribute(NL80211_ATTR_IFNAME, std::string_view("wlan0\0", 6)) +
                                   attribute(NL80211_ATTR_WIPHY_FREQ, 5180U));
  const WirelessInterface interface = readWirelessInterface(NetlinkMessage(message));
  EXPECT_EQ(interface.index, 7U);
  EXPECT_EQ(interface.name, "wlan0");
  EXPECT_EQ(interface.megahertz, 5180);
}

TEST(KernelWireless, ReadsADeviceThatIsNoNetworkInterface) {
  const WirelessInterface interface = readWirelessInterface(NetlinkMessage({}));
  EXPECT_EQ(interface.name, "");
  EXPECT_EQ(interface.megahertz, 0);
}

TEST(KernelWireless, ReadsTheNetworkOfAnInterface) {
  const std::string elements("\1\2xx\0\3lab\3\1x", 12);
  const auto set = readSet(attribute(NL80211_BSS_BSSID, kAddress) +
                           attribute(NL80211_BSS_INFORMATION_ELEMENTS, elements) +
                           attribute(NL80211_BSS_STATUS, 1U));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->ssid, "lab");
  EXPECT_EQ(set->bssid, kAddress);
  EXPECT_EQ(set->mode, BasicServiceSet::Mode::kClient);
}

TEST(KernelWireless, TellsModesApart) {
  const auto mode = [](std::uint32_t status) {
    return readSet(attribute(NL80211_BSS_STATUS, status))->mode;
  };
  EXPECT_EQ(mode(NL80211_BSS_STATUS_AUTHENTICATED), BasicServiceSet::Mode::kClient);
  EXPECT_EQ(mode(NL80211_BSS_STATUS_IBSS_JOINED), BasicServiceSet::Mode::kAdHoc);
  EXPECT_EQ(mode(99), BasicServiceSet::Mode::kUnknown);
}

TEST(KernelWireless, PassesOverNetworksThatAreOnlyHeard) {
  EXPECT_FALSE(readSet(attribute(NL80211_BSS_BSSID, kAddress)));
  EXPECT_FALSE(readServiceSet(NetlinkMessage({})));
}

TEST(KernelWireless, ReadsNoNameFromElementsThatAreCutOff) {
  const auto ssid = [](std::string_view elements) {
    return readSet(attribute(NL80211_BSS_INFORMATION_ELEMENTS, elements) +
                   attribute(NL80211_BSS_STATUS, 1U))
        ->ssid;
  };
  EXPECT_EQ(ssid({"\0\5lab", 5}), "");
  EXPECT_EQ(ssid({"\1\1x\0", 4}), "");
  EXPECT_EQ(ssid({"\0\0", 2}), "");
  EXPECT_EQ(ssid({}), "");
}

TEST(KernelWireless, ReadsAStation) {
  const std::string rate = attribute(NL80211_RATE_INFO_BITRATE, std::uint16_t{65535}) +
                           attribute(NL80211_RATE_INFO_BITRATE32, 100000U);
  const std::string oldRate = attribute(NL80211_RATE_INFO_BITRATE, std::uint16_t{540});
  const std::string info =
      attribute(NL80211_STA_INFO_CONNECTED_TIME, 90U) +
      attribute(NL80211_STA_INFO_INACTIVE_TIME, 1500U) + attribute(NL80211_STA_INFO_RX_BYTES, 1U) +
      attribute(NL80211_STA_INFO_RX_BYTES64, std::uint64_t{1} << 40) +
      attribute(NL80211_STA_INFO_TX_BYTES, 2U) + attribute(NL80211_STA_INFO_RX_PACKETS, 3U) +
      attribute(NL80211_STA_INFO_TX_PACKETS, 4U) +
      attribute(NL80211_STA_INFO_SIGNAL, std::int8_t{-52}) +
      attribute(NL80211_STA_INFO_RX_BITRATE, rate) +
      attribute(NL80211_STA_INFO_TX_BITRATE, oldRate) + attribute(NL80211_STA_INFO_TX_RETRIES, 5U) +
      attribute(NL80211_STA_INFO_TX_FAILED, 6U) + attribute(NL80211_STA_INFO_BEACON_LOSS, 7U);
  const std::string message = body(attribute(NL80211_ATTR_MAC, kAddress) +
                                   attribute(NL80211_ATTR_STA_INFO | NLA_F_NESTED, info));
  const WirelessStation station = readWirelessStation(NetlinkMessage(message));
  EXPECT_EQ(station.address, kAddress);
  EXPECT_EQ(station.connectedSeconds, 90);
  EXPECT_EQ(station.inactiveSeconds, 1.5);
  EXPECT_EQ(station.receivedBytes, 1099511627776);
  EXPECT_EQ(station.transmittedBytes, 2);
  EXPECT_EQ(station.receivedPackets, 3);
  EXPECT_EQ(station.transmittedPackets, 4);
  EXPECT_EQ(station.signal, -52);
  EXPECT_EQ(station.receiveBitsPerSecond, 10e9);
  EXPECT_EQ(station.transmitBitsPerSecond, 54e6);
  EXPECT_EQ(station.transmitRetries, 5);
  EXPECT_EQ(station.transmitFailures, 6);
  EXPECT_EQ(station.beaconLosses, 7);
}

TEST(KernelWireless, KnowsNothingOfAStationThatItsDriverDoesNotTell) {
  const std::string message = body(attribute(NL80211_ATTR_MAC, kAddress));
  const WirelessStation station = readWirelessStation(NetlinkMessage(message));
  EXPECT_EQ(station.address, kAddress);
  EXPECT_FALSE(station.signal);
  EXPECT_FALSE(station.inactiveSeconds);
  EXPECT_FALSE(station.receivedBytes);
  EXPECT_FALSE(station.transmitBitsPerSecond);
  EXPECT_FALSE(station.beaconLosses);
}

}  // namespace orchestrator_exporter
