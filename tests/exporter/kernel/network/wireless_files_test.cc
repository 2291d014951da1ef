#include "exporter/kernel/network/wireless_files.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

// A folder of such files.
class WirelessFilesTest : public testing::Test {
 protected:
  void file(const std::string& name, std::string_view content) {
    system_.file("wifi/" + name, content);
  }
  WirelessFiles source() const { return WirelessFiles(system_.path("wifi")); }

  TempSystem system_;
  Kernel kernel_{system_.roots()};
};

const WirelessInterface kInterface{.name = "wlan0"};

}  // namespace

TEST_F(WirelessFilesTest, ListInterfaces) {
  file("interfaces.json",
       R"([{"name": "wlan0", "frequency": 2412, "type": 2}, {"name": "wlan1", "frequency": 0}])");
  const auto interfaces = source().interfaces(kernel_);
  ASSERT_TRUE(interfaces);
  ASSERT_EQ(interfaces->size(), 2u);
  EXPECT_EQ(interfaces->at(0).name, "wlan0");
  EXPECT_EQ(interfaces->at(0).megahertz, 2412);
  EXPECT_EQ(interfaces->at(1).name, "wlan1");
  EXPECT_EQ(interfaces->at(1).megahertz, 0);
}

TEST_F(WirelessFilesTest, AreNotThereWithoutTheirList) {
  EXPECT_FALSE(source().interfaces(kernel_));
  EXPECT_FALSE(source().serviceSet(kernel_, kInterface));
  EXPECT_TRUE(source().stations(kernel_, kInterface).empty());
}

TEST_F(WirelessFilesTest, TellTheNetworkOfAnInterface) {
  file("wlan0/bss.json", R"({"ssid": "lab", "bssid": "ABEiM0RV", "status": 1})");
  const auto set = source().serviceSet(kernel_, kInterface);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->ssid, "lab");
  EXPECT_EQ(set->bssid, std::string("\x00\x11\x22\x33\x44\x55", 6));
  EXPECT_EQ(set->mode, BasicServiceSet::Mode::kClient);
}

TEST_F(WirelessFilesTest, CountTheStatesOfANetworkInTheirOwnWay) {
  const auto modeOf = [&](int status) {
    file("wlan0/bss.json", "{\"status\": " + std::to_string(status) + "}");
    return source().serviceSet(kernel_, kInterface)->mode;
  };
  using Mode = BasicServiceSet::Mode;
  EXPECT_EQ(modeOf(0), Mode::kClient);
  EXPECT_EQ(modeOf(1), Mode::kClient);
  EXPECT_EQ(modeOf(2), Mode::kUnknown);
  EXPECT_EQ(modeOf(3), Mode::kAdHoc);
  EXPECT_EQ(modeOf(4), Mode::kUnknown);
  EXPECT_EQ(modeOf(-1), Mode::kUnknown);
}

TEST_F(WirelessFilesTest, TellEachStationInBaseUnits) {
  file("wlan0/stationinfo.json", R"([{
      "hardwareaddr": "AQIDBAUG", "connected": 30000000000, "inactive": 400000000,
      "receivedbytes": 1, "transmittedbytes": 2, "receivedpackets": 3, "transmittedpackets": 4,
      "receivebitrate": 128000000, "transmitbitrate": 164000000, "signal": -52,
      "transmitretries": 10, "transmitfailed": 2, "beaconloss": 5}, {}])");
  const auto stations = source().stations(kernel_, kInterface);
  ASSERT_EQ(stations.size(), 2u);
  const WirelessStation& station = stations[0];
  EXPECT_EQ(station.address, "\1\2\3\4\5\6");
  EXPECT_EQ(station.connectedSeconds, 30);  // nanoseconds, as Go has durations
  EXPECT_EQ(station.inactiveSeconds, 0.4);
  EXPECT_EQ(station.receivedBytes, 1);
  EXPECT_EQ(station.transmittedBytes, 2);
  EXPECT_EQ(station.receivedPackets, 3);
  EXPECT_EQ(station.transmittedPackets, 4);
  EXPECT_EQ(station.receiveBitsPerSecond, 128e6);
  EXPECT_EQ(station.transmitBitsPerSecond, 164e6);
  EXPECT_EQ(station.signal, -52);
  EXPECT_EQ(station.transmitRetries, 10);
  EXPECT_EQ(station.transmitFailures, 2);
  EXPECT_EQ(station.beaconLosses, 5);
  EXPECT_EQ(stations[1].address, "");
}

TEST_F(WirelessFilesTest, RefuseWhatMakesNoSense) {
  file("interfaces.json", R"([{"name": "wlan0", "type": "x"}])");
  file("wlan0/bss.json", R"({"bssid": "???"})");
  file("wlan0/stationinfo.json", R"({"signal": 1})");
  EXPECT_THROW(source().serviceSet(kernel_, kInterface), ParseError);
  EXPECT_THROW(source().stations(kernel_, kInterface), ParseError);
}

}  // namespace orchestrator_exporter
