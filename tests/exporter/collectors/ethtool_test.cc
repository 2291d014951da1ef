#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "tests/support/collectors.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kNet = "sys/class/net/";

// A host whose sysfs knows v0 and loopback.
void knowDevices(TempSystem& system) { system.directory(kNet + "v0").directory(kNet + "lo"); }

// Makes a tun device tell these link modes: it keeps what it is set to. False if it cannot.
bool setLink(const std::string& device, std::uint32_t supported, std::uint32_t advertised) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  device.copy(request.ifr_name, IFNAMSIZ - 1);
  std::vector<std::uint32_t> memory(1024);
  auto* const settings = reinterpret_cast<ethtool_link_settings*>(memory.data());
  request.ifr_data = reinterpret_cast<char*>(settings);
  settings->cmd = ETHTOOL_GLINKSETTINGS;
  bool done = ioctl(socket, SIOCETHTOOL, &request) == 0;
  const int words = -settings->link_mode_masks_nwords;  // as the kernel wants it
  if (done && words > 0) {
    settings->cmd = ETHTOOL_SLINKSETTINGS;
    settings->link_mode_masks_nwords = static_cast<std::int8_t>(words);
    settings->autoneg = 1;
    std::uint32_t* const masks = memory.data() + sizeof *settings / sizeof(std::uint32_t);
    masks[0] = supported;
    masks[1] = 0xffffffff;  // newer modes, which the old call cannot tell
    masks[words] = advertised;
    done = ioctl(socket, SIOCETHTOOL, &request) == 0;
  }
  close(socket);
  return done && words > 0;
}

class Ethtool : public NetworkTest {};

}  // namespace

TEST_F(Ethtool, ReportsDriverLinkAndStatistics) {
  TempSystem system;
  knowDevices(system);
  EXPECT_THAT(
      collectText("ethtool", system),
      AllOf(HasSubstr("# TYPE node_ethtool_info gauge\n"
                      "node_ethtool_info{bus_info=\"\",device=\"v0\",driver=\"veth\","
                      "expansion_rom_version=\"\",firmware_version=\"\",version=\"1.0\"} 1\n"),
            HasSubstr("# TYPE node_ethtool_peer_ifindex untyped\n"
                      "node_ethtool_peer_ifindex{device=\"v0\"} 2\n"),
            HasSubstr("node_network_autonegotiate{device=\"v0\"} 0\n"),
            HasSubstr("node_network_autonegotiate_advertised{device=\"v0\"} 0\n"),
            HasSubstr("node_network_pause_supported{device=\"v0\"} 0\n"), Not(HasSubstr("\"lo\"")),
            Not(HasSubstr("speed_bytes")), Not(HasSubstr("port_info"))));
}

TEST_F(Ethtool, TakesAndLeavesOutStatisticsAndDevices) {
  TempSystem system;
  knowDevices(system);
  system.directory(kNet + "v1");
  const std::string samples =
      collectSamples("ethtool", system,
                     Flags({{"collector.ethtool.device-include", "^v"},
                            {"collector.ethtool.device-exclude", "1"},
                            {"collector.ethtool.metrics-include", "^peer"}}));
  EXPECT_THAT(samples,
              AllOf(HasSubstr("peer_ifindex{device=\"v0\"}"), HasSubstr("node_ethtool_info"),
                    Not(HasSubstr("queue")), Not(HasSubstr("\"v1\""))));
}

TEST_F(Ethtool, ReportsTheLinkModesOfTheOldMasks) {
  if (!ip("tuntap add t0 mode tap") || !setLink("t0", 0xffffffff, 0x80008021)) {
    GTEST_SKIP() << "no tap device that keeps link settings";
  }
  TempSystem system;
  system.directory(kNet + "t0");
  const std::string samples = collectSamples("ethtool", system);
  EXPECT_THAT(
      samples,
      HasSubstr(
          R"(node_network_advertised_speed_bytes{device="t0",duplex="half",mode="10baseT"} 1250000
node_network_advertised_speed_bytes{device="t0",duplex="full",mode="1000baseT"} 125000000
node_network_advertised_speed_bytes{device="t0",duplex="full",mode="25000baseCR"} 3125000000
node_network_asymmetricpause_advertised{device="t0"} 0
node_network_asymmetricpause_supported{device="t0"} 1
node_network_autonegotiate{device="t0"} 1
node_network_autonegotiate_advertised{device="t0"} 0
node_network_autonegotiate_supported{device="t0"} 1
node_network_pause_advertised{device="t0"} 0
node_network_pause_supported{device="t0"} 1
node_network_supported_port_info{device="t0",type="TP"} 1
node_network_supported_port_info{device="t0",type="AUI"} 1
node_network_supported_port_info{device="t0",type="MII"} 1
node_network_supported_port_info{device="t0",type="FIBRE"} 1
node_network_supported_port_info{device="t0",type="BNC"} 1
node_network_supported_port_info{device="t0",type="Backplane"} 1
)"));
  std::size_t speeds = 0;
  for (std::size_t at = samples.find("supported_speed_bytes"); at != std::string::npos;
       at = samples.find("supported_speed_bytes", at + 1)) {
    ++speeds;
  }
  EXPECT_EQ(speeds, 22U);
  EXPECT_THAT(samples,
              HasSubstr(R"({device="t0",duplex="full",mode="10000baseR_FEC"} 1250000000)"));
}

TEST_F(Ethtool, SucceedsWithoutSamplesForDevicesThatAreNotThere) {
  TempSystem system;
  system.directory(kNet + "nothing0").directory(kNet + "a-name-that-is-longer-than-any");
  EXPECT_EQ(collectError("ethtool", system), "");
  EXPECT_EQ(collectText("ethtool", system), "");
}

TEST(EthtoolClass, HasNoDataWithoutTheClass) {
  EXPECT_EQ(collectError("ethtool", TempSystem()), "no data");
}

TEST(EthtoolClass, FailsWithoutAnyDevice) {
  TempSystem system;
  system.file(kNet + "bonding_masters", "");
  EXPECT_EQ(collectError("ethtool", system), "sys/class/net: no network device at all");
}

}  // namespace orchestrator_exporter
