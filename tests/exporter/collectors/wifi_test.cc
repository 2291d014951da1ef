#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/kernel/network/generic_netlink.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kOneInterface = R"([{"name": "wlan0", "type": 2, "frequency": 2412}])";

// A directory of files in place of nl80211.
class Files {
 public:
  Files& file(const std::string& name, std::string_view content) {
    system_.file("wifi/" + name, content);
    return *this;
  }
  std::string text() const { return collectText("wifi", system_, flags()); }
  std::string samples() const { return collectSamples("wifi", system_, flags()); }
  std::string error() const { return collectError("wifi", system_, flags()); }
  std::string complaint() const { return collectComplaint("wifi", system_, flags()); }

 private:
  Flags flags() const { return Flags({{"collector.wifi.fixtures", system_.path("wifi")}}); }

  TempSystem system_;
};

}  // namespace

TEST(WifiFiles, ReportInterfacesNetworksAndStations) {
  Files files;
  files.file("interfaces.json", kOneInterface)
      .file("wlan0/bss.json", R"({"ssid": "lab", "bssid": "AgBeEAAB", "status": 1})")
      .file("wlan0/stationinfo.json",
            R"([{"hardwareaddr": "AgBeEAD+", "connected": 30000000000, "inactive": 400000000,
                 "receivebitrate": 128000000, "transmitbitrate": 164000000, "signal": -52,
                 "transmitretries": 10, "transmitfailed": 2, "beaconloss": 1}])");
  EXPECT_EQ(files.samples(),
            R"(node_wifi_interface_frequency_hertz{device="wlan0"} 2412000000
node_wifi_station_beacon_loss_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 1
node_wifi_station_connected_seconds_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 30
node_wifi_station_inactive_seconds{device="wlan0",mac_address="02:00:5e:10:00:fe"} 0.4
node_wifi_station_info{bssid="02:00:5e:10:00:01",device="wlan0",mode="client",ssid="lab"} 1
node_wifi_station_receive_bits_per_second{device="wlan0",mac_address="02:00:5e:10:00:fe"} 128000000
node_wifi_station_receive_bytes_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 0
node_wifi_station_received_packets_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 0
node_wifi_station_signal_dbm{device="wlan0",mac_address="02:00:5e:10:00:fe"} -52
node_wifi_station_transmit_bits_per_second{device="wlan0",mac_address="02:00:5e:10:00:fe"} 164000000
node_wifi_station_transmit_bytes_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 0
node_wifi_station_transmit_failed_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 2
node_wifi_station_transmit_retries_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 10
node_wifi_station_transmitted_packets_total{device="wlan0",mac_address="02:00:5e:10:00:fe"} 0
)");
}

TEST(WifiFiles, GiveCountersAndGauges) {
  Files files;
  files.file("interfaces.json", kOneInterface).file("wlan0/stationinfo.json", "[{}]");
  EXPECT_THAT(files.text(),
              AllOf(HasSubstr("# TYPE node_wifi_interface_frequency_hertz gauge\n"),
                    HasSubstr("# TYPE node_wifi_station_beacon_loss_total counter\n"),
                    HasSubstr("# TYPE node_wifi_station_inactive_seconds gauge\n"),
                    HasSubstr("_bytes_total{device=\"wlan0\",mac_address=\"\"} 0\n")));
}

TEST(WifiFiles, NameTheModeOfTheNetwork) {
  const auto mode = [](const std::string& status) {
    Files files;
    files.file("interfaces.json", kOneInterface)
        .file("wlan0/bss.json", R"({"ssid": "", "status": )" + status + "}");
    const std::string samples = files.samples();
    const std::size_t begin = samples.find("mode=\"") + 6;
    return samples.substr(begin, samples.find('"', begin) - begin);
  };
  EXPECT_EQ(mode("0"), "client");
  EXPECT_EQ(mode("1"), "client");
  EXPECT_EQ(mode("2"), "unknown");
  EXPECT_EQ(mode("3"), "ad-hoc");
  EXPECT_EQ(mode("-1"), "unknown");
}

TEST(WifiFiles, SkipInterfacesWithoutAName) {
  Files files;
  files.file("interfaces.json", R"([{"frequency": 2412}, null, {"NAME": "wlan1", "x": 1.5}])");
  EXPECT_EQ(files.samples(), "node_wifi_interface_frequency_hertz{device=\"wlan1\"} 0\n");
}

TEST(WifiFiles, HaveNoDataWithoutInterfaces) {
  EXPECT_EQ(Files().error(), "no data");
  EXPECT_EQ(Files().file("interfaces.json", "[]").text(), "");
}

TEST(WifiFiles, LeaveOutAFileThatIsGarbled) {
  const std::string first = "node_wifi_interface_frequency_hertz{device=\"wlan0\"} 2412000000\n";
  for (const char* garbage : {"", "[]", "{", R"({"bssid": "AA"})", R"({"bssid": "A-AA"})",
                              R"({"status": 1.5})", R"({"ssid": 1})"}) {
    Files files;
    files.file("interfaces.json", kOneInterface)
        .file("wlan0/bss.json", garbage)
        .file("wlan0/stationinfo.json", "[{}]");
    EXPECT_THAT(files.complaint(), HasSubstr("wlan0/bss.json: expected ")) << garbage;
    EXPECT_THAT(files.samples(), HasSubstr("node_wifi_station_signal_dbm")) << garbage;
  }
  for (const char* garbage : {"", "{}", R"([{"signal": 0.5}])", R"([{"connected": 1e30}])"}) {
    Files files;
    files.file("interfaces.json", kOneInterface).file("wlan0/stationinfo.json", garbage);
    EXPECT_THAT(files.complaint(), HasSubstr("wlan0/stationinfo.json: expected ")) << garbage;
    EXPECT_EQ(files.samples(), first);
  }
}

TEST(WifiFiles, FailWhereTheListIsGarbled) {
  EXPECT_THAT(Files().file("interfaces.json", "{}").error(),
              EndsWith("interfaces.json: expected a list, got 'object'"));
  EXPECT_THAT(Files().file("interfaces.json", R"([{"name": "a", "frequency": "b"}])").error(),
              EndsWith("expected a whole number in range as frequency, got '\"b\"'"));
}

TEST(WifiKernel, HasNoDataWithoutWirelessDevices) {
  if (GenericNetlink().family("nl80211")) GTEST_SKIP() << "this kernel has nl80211";
  EXPECT_EQ(collectError("wifi", TempSystem()), "no data");
}

}  // namespace orchestrator_exporter
