#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "exporter/host/flags.h"
#include "tests/support/collectors.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kNet = "sys/class/net/";

class NetclassNetlink : public NetworkTest {
 protected:
  static std::string collect(const std::string& ignored,
                             std::initializer_list<std::pair<std::string, std::string>> more = {}) {
    Flags flags(
        {{"collector.netclass.netlink", "true"}, {"collector.netclass.ignored-devices", ignored}});
    for (const auto& [name, value] : more) flags.give(name, value);
    return collectSamples("netclass", fixture("typical"), flags);
  }
};

}  // namespace

TEST(Netclass, ReportsTheAttributesOfEachDevice) {
  EXPECT_EQ(collectSamples("netclass", fixture("typical")),
            R"(node_network_address_assign_type{device="eth0"} 0
node_network_address_assign_type{device="lo"} 0
node_network_carrier{device="eth0"} 1
node_network_carrier{device="lo"} 1
node_network_carrier_changes_total{device="eth0"} 4
node_network_carrier_changes_total{device="lo"} 0
node_network_carrier_down_changes_total{device="eth0"} 1
node_network_carrier_up_changes_total{device="eth0"} 3
node_network_device_id{device="eth0"} 32
node_network_dormant{device="eth0"} 0
node_network_flags{device="eth0"} 4867
node_network_flags{device="lo"} 9
node_network_iface_id{device="eth0"} 2
node_network_iface_id{device="lo"} 1
node_network_iface_link{device="eth0"} 2
node_network_iface_link_mode{device="eth0"} 1
node_network_info{address="02:00:5e:10:00:01",adminstate="up",broadcast="ff:ff:ff:ff:ff:ff",device="eth0",duplex="full",ifalias="",operstate="up"} 1
node_network_info{address="00:00:00:00:00:00",adminstate="up",broadcast="00:00:00:00:00:00",device="lo",duplex="",ifalias="",operstate="unknown"} 1
node_network_mtu_bytes{device="eth0"} 1500
node_network_mtu_bytes{device="lo"} 65536
node_network_name_assign_type{device="eth0"} 4
node_network_net_dev_group{device="eth0"} 5
node_network_protocol_type{device="eth0"} 1
node_network_protocol_type{device="lo"} 772
node_network_speed_bytes{device="eth0"} 125000000
node_network_transmit_queue_length{device="eth0"} 1000
node_network_up{device="eth0"} 1
node_network_up{device="lo"} 0
)");
}

TEST(Netclass, CountsChangesOfTheCarrier) {
  EXPECT_THAT(collectText("netclass", fixture("typical")),
              AllOf(HasSubstr("# TYPE node_network_carrier_changes_total counter\n"),
                    HasSubstr("# TYPE node_network_carrier_down_changes_total counter\n"),
                    HasSubstr("# TYPE node_network_carrier_up_changes_total counter\n"),
                    HasSubstr("# TYPE node_network_carrier gauge\n"),
                    HasSubstr("# TYPE node_network_info gauge\n")));
}

TEST(Netclass, TellsOfADeviceWhatItKnows) {
  TempSystem system;
  system.file(kNet + "eth0/address", "02:00:5e:10:00:01\n");
  EXPECT_EQ(collectSamples("netclass", system),
            "node_network_info{address=\"02:00:5e:10:00:01\",adminstate=\"unknown\","
            "broadcast=\"\",device=\"eth0\",duplex=\"\",ifalias=\"\",operstate=\"\"} 1\n");
}

TEST(Netclass, ReadsNumbersInEveryBaseAndTextsAsTheyAre) {
  TempSystem system;
  system.file(kNet + "eth0/flags", "0x1002\n")
      .file(kNet + "eth0/mtu", " +010 \n")
      .file(kNet + "eth0/operstate", "UP\n")
      .file(kNet + "eth0/ifalias", std::string(140, 'a') + "\n")
      .file(kNet + "eth0/address", "\xff\n");
  EXPECT_THAT(collectSamples("netclass", system),
              AllOf(HasSubstr("node_network_flags{device=\"eth0\"} 4098\n"),
                    HasSubstr("adminstate=\"down\""), HasSubstr("operstate=\"UP\""),
                    HasSubstr("node_network_mtu_bytes{device=\"eth0\"} 8\n"),
                    HasSubstr("ifalias=\"" + std::string(128, 'a') + "\""),
                    HasSubstr("address=\"\xef\xbf\xbd\""),
                    HasSubstr("node_network_up{device=\"eth0\"} 0\n")));
}

TEST(Netclass, GivesAnUnknownSpeedUnlessToldNotTo) {
  TempSystem system;
  system.file(kNet + "eth0/speed", "-1\n").file(kNet + "eth1/speed", "0\n");
  EXPECT_THAT(collectSamples("netclass", system),
              HasSubstr("node_network_speed_bytes{device=\"eth0\"} -125000\n"
                        "node_network_speed_bytes{device=\"eth1\"} 0\n"));
  EXPECT_THAT(collectSamples("netclass", system,
                             Flags({{"collector.netclass.ignore-invalid-speed", "true"}})),
              AllOf(HasSubstr("node_network_speed_bytes{device=\"eth1\"} 0\n"),
                    Not(HasSubstr("speed_bytes{device=\"eth0\"}"))));
}

TEST(Netclass, SurvivesAbsurdSpeeds) {
  TempSystem system;
  system.file(kNet + "eth0/speed", "9223372036854775807\n");
  EXPECT_THAT(collectSamples("netclass", system),
              HasSubstr("node_network_speed_bytes{device=\"eth0\"} -125000\n"));
}

TEST(Netclass, LeavesOutIgnoredDevicesAndPlainFiles) {
  TempSystem system;
  system.file(kNet + "bonding_masters", "bond0\n")
      .file(kNet + "veth1/mtu", "garbled\n")
      .file("sys/devices/eth0/mtu", "9000\n")
      .link(kNet + "eth0", "../../devices/eth0");
  const Flags flags({{"collector.netclass.ignored-devices", "eth1"}});
  const std::string samples = collectSamples("netclass", system, flags);
  EXPECT_EQ(collectComplaint("netclass", system, flags), "");
  EXPECT_THAT(samples, AllOf(HasSubstr("node_network_mtu_bytes{device=\"eth0\"} 9000\n"),
                             Not(HasSubstr("veth1")), Not(HasSubstr("bond"))));
}

TEST(Netclass, LeavesOutAttributesThatAreFolders) {
  TempSystem system;
  system.directory(kNet + "eth0/mtu").file(kNet + "eth0/type", "1\n");
  EXPECT_THAT(collectSamples("netclass", system),
              AllOf(HasSubstr("node_network_protocol_type"), Not(HasSubstr("mtu"))));
}

TEST(Netclass, HasNoDataWithoutTheClass) {
  EXPECT_EQ(collectError("netclass", TempSystem()), "no data");
}

TEST(Netclass, LeavesOutANumberThatIsGarbledAndTellsOfIt) {
  for (const char* garbage : {"", "abc", "1.5", "5\n6", "99999999999999999999"}) {
    TempSystem system;
    system.file(kNet + "eth0/mtu", "1500\n")
        .file(kNet + "eth1/mtu", garbage)
        .file(kNet + "eth1/operstate", "up\n");
    EXPECT_THAT(collectSamples("netclass", system),
                AllOf(HasSubstr("node_network_mtu_bytes{device=\"eth0\"} 1500\n"),
                      Not(HasSubstr("mtu_bytes{device=\"eth1\"}")),
                      HasSubstr("node_network_up{device=\"eth1\"} 1\n")));
    EXPECT_THAT(collectComplaint("netclass", system),
                testing::StartsWith("sys/class/net/eth1/mtu:1: expected a whole number, got '"));
  }
}

TEST(Netclass, TellsOfAnAttributeThatFails) {
  TempSystem system;
  system.file(kNet + "eth0/mtu", "1500\n").link(kNet + "eth0/address", "/proc/self/mem");
  EXPECT_THAT(collectSamples("netclass", system),
              AllOf(HasSubstr("node_network_mtu_bytes"), HasSubstr("address=\"\"")));
  EXPECT_EQ(collectComplaint("netclass", system), "sys/class/net/eth0/address: Input/output error");
}

// Gives the devices of this kernel as a tree of files, so that netlink has no part in it.
void copyDevices(TempSystem& system) {
  for (const auto& device : std::filesystem::directory_iterator("/sys/class/net")) {
    if (!device.is_directory()) continue;
    for (const auto& attribute : std::filesystem::directory_iterator(device)) {
      if (!attribute.is_regular_file()) continue;
      std::ifstream file(attribute.path());
      std::ostringstream text;
      text << file.rdbuf();
      if (!file.good() || text.str().empty()) continue;
      system.file(
          kNet + device.path().filename().string() + "/" + attribute.path().filename().string(),
          text.str());
    }
  }
}

TEST(Netclass, TellsByNetlinkWhatTheFilesSay) {
  TempSystem files;
  copyDevices(files);
  EXPECT_EQ(collectSamples("netclass", Roots()), collectSamples("netclass", files));
}

TEST_F(NetclassNetlink, IsNotAskedIfItShowsOtherDevicesThanSysfs) {
  // The mount of sysfs still shows the devices of the namespace outside.
  const std::string samples = collectSamples("netclass", Roots());
  EXPECT_THAT(samples, Not(HasSubstr("device=\"v0\"")));
  TempSystem files;
  copyDevices(files);
  EXPECT_EQ(samples, collectSamples("netclass", files));
}

TEST(Netclass, PassesOverADeviceThatIsGone) {
  TempSystem system;
  system.file(kNet + "eth0/mtu", "1500\n")
      .link(kNet + "veth1", "../../devices/veth1")
      .directory(kNet + "veth2");
  EXPECT_THAT(
      collectSamples("netclass", system),
      AllOf(HasSubstr("node_network_mtu_bytes{device=\"eth0\"} 1500\n"), Not(HasSubstr("veth"))));
  EXPECT_EQ(collectComplaint("netclass", system), "");
}

TEST_F(NetclassNetlink, ReportsWhatTheKernelTellsOfALink) {
  ASSERT_TRUE(ip("link set v0 alias 'to the lab' mtu 1400 txqueuelen 77 group 9") &&
              ip("link property add dev v0 altname other altname longer0"));
  EXPECT_EQ(collect("lo|v1"), R"(node_network_altnames_info{altname="other",device="v0"} 1
node_network_altnames_info{altname="longer0",device="v0"} 1
node_network_carrier{device="v0"} 0
node_network_carrier_changes_total{device="v0"} 1
node_network_carrier_down_changes_total{device="v0"} 1
node_network_carrier_up_changes_total{device="v0"} 0
node_network_dormant{device="v0"} 0
node_network_flags{device="v0"} 4098
node_network_iface_id{device="v0"} 3
node_network_iface_link{device="v0"} 2
node_network_iface_link_mode{device="v0"} 0
node_network_info{address="02:00:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",device="v0",duplex="Full",ifalias="to the lab",operstate="down"} 1
node_network_mtu_bytes{device="v0"} 1400
node_network_net_dev_group{device="v0"} 9
node_network_protocol_type{device="v0"} 1
node_network_speed_bytes{device="v0"} 1250000000
node_network_transmit_queue_length{device="v0"} 77
node_network_up{device="v0"} 0
)");
}

TEST_F(NetclassNetlink, TakesTheRestFromSysfs) {
  EXPECT_THAT(collect("v"), AllOf(HasSubstr("node_network_address_assign_type{device=\"lo\"} 0\n"),
                                  HasSubstr("node_network_mtu_bytes{device=\"lo\"} 65536\n"),
                                  HasSubstr("node_network_iface_link{device=\"lo\"} 1\n"),
                                  HasSubstr("duplex=\"\""), Not(HasSubstr("adminstate")),
                                  Not(HasSubstr("eth0")), Not(HasSubstr("speed_bytes"))));
}

TEST_F(NetclassNetlink, SeesALinkComeUp) {
  ASSERT_TRUE(ip("link set v0 up") && ip("link set v1 up"));
  // The kernel's link watch tells of the state a moment later.
  std::string samples = collect("lo|v1");
  for (int tries = 0; tries < 500 && samples.find("operstate=\"up\"") == samples.npos; ++tries) {
    usleep(10'000);
    samples = collect("lo|v1");
  }
  EXPECT_THAT(samples, AllOf(HasSubstr("node_network_up{device=\"v0\"} 1\n"),
                             HasSubstr("node_network_carrier{device=\"v0\"} 1\n"),
                             HasSubstr("operstate=\"up\"")));
}

TEST_F(NetclassNetlink, CountsChangesOfTheCarrierToo) {
  EXPECT_THAT(collectText("netclass", TempSystem(),
                          Flags({{"collector.netclass.netlink", "true"},
                                 {"collector.netclass_rtnl.with-stats", "true"}})),
              AllOf(HasSubstr("# TYPE node_network_carrier_changes_total counter\n"),
                    HasSubstr("# TYPE node_network_receive_bytes_total gauge\n")));
}

TEST_F(NetclassNetlink, GivesCountersAsGaugesOnDemand) {
  sendPackets(2);
  const std::string samples = collect("lo|v1", {{"collector.netclass_rtnl.with-stats", "true"}});
  EXPECT_THAT(samples, AllOf(HasSubstr("node_network_transmit_bytes_total{device=\"v0\"} 284\n"),
                             HasSubstr("node_network_transmit_packets_total{device=\"v0\"} 2\n"),
                             HasSubstr("node_network_receive_nohandler_total{device=\"v0\"} 0\n")));
  const std::string without = collect("lo|v1");
  EXPECT_EQ(std::count(samples.begin(), samples.end(), '\n'),
            std::count(without.begin(), without.end(), '\n') + 24);
}

}  // namespace orchestrator_exporter
