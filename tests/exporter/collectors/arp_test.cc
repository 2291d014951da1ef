#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kHeading =
    "IP address HW type Flags       HW address            Mask     Device\n";

Flags fromFile(std::initializer_list<std::pair<std::string, std::string>> more = {}) {
  Flags flags({{"collector.arp.netlink", "false"}});
  for (const auto& [name, value] : more) flags.give(name, value);
  return flags;
}

std::string complaintOf(std::string_view line) {
  TempSystem system;
  system.file(
      "proc/net/arp",
      std::string(kHeading) + "192.0.2.1 0x1 0x2 02:00:5e:10:00:fe * eth0\n" + std::string(line));
  EXPECT_EQ(collectSamples("arp", system, fromFile()), "node_arp_entries{device=\"eth0\"} 1\n");
  return collectComplaint("arp", system, fromFile());
}

class Arp : public NetworkTest {};

}  // namespace

TEST(ArpFile, CountsTheEntriesOfEachDevice) {
  EXPECT_EQ(collectText("arp", fixture("typical"), fromFile()),
            "# HELP node_arp_entries IPv4 neighbours that are known by hardware address.\n"
            "# TYPE node_arp_entries gauge\n"
            "node_arp_entries{device=\"eth0\"} 2\n"
            "node_arp_entries{device=\"eth1\"} 1\n");
}

TEST(ArpFile, TakesAndLeavesOutDevices) {
  EXPECT_EQ(
      collectSamples("arp", fixture("typical"), fromFile({{"collector.arp.device-exclude", "1$"}})),
      "node_arp_entries{device=\"eth0\"} 2\n");
  EXPECT_EQ(
      collectSamples("arp", fixture("typical"), fromFile({{"collector.arp.device-include", "1$"}})),
      "node_arp_entries{device=\"eth1\"} 1\n");
  EXPECT_EQ(collectSamples("arp", fixture("typical"),
                           fromFile({{"collector.arp.device-include", "eth"},
                                     {"collector.arp.device-exclude", "eth0"}})),
            "node_arp_entries{device=\"eth1\"} 1\n");
}

TEST(ArpFile, HasNoSamplesWithoutEntries) {
  TempSystem system;
  EXPECT_EQ(collectText("arp", system.file("proc/net/arp", kHeading), fromFile()), "");
  EXPECT_EQ(collectText("arp", system.file("proc/net/arp", ""), fromFile()), "");
}

TEST(ArpFile, TakesEveryFormOfHardwareAddress) {
  TempSystem system;
  system.file("proc/net/arp",
              std::string(kHeading) +
                  "192.0.2.2 0x20 2 02-00-5e-10-00-fe * eth0\n\n"
                  "192.0.2.2 0x1 0x2 0200.5e10.00fe * eth0\n"
                  "192.0.2.2 0x1 0x2 02:00:5e:10:00:00:00:01 * eth0\n"
                  "192.0.2.2 0x20 0x2 "
                  "00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01 * eth0\n");
  EXPECT_EQ(collectSamples("arp", system, fromFile()), "node_arp_entries{device=\"eth0\"} 4\n");
}

TEST(ArpFile, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("arp", TempSystem(), fromFile()),
            "proc/net/arp: No such file or directory");
}

TEST(ArpFile, CountsWhatItUnderstandsAndComplainsOfTheRest) {
  EXPECT_EQ(complaintOf("192.0.2.2 0x1 0x2 eth0\n"),
            "proc/net/arp:3: expected six columns, got '192.0.2.2 0x1 0x2 eth0'");
  EXPECT_EQ(complaintOf("192.0.2.2 0x1 0x100 02:00:5e:10:00:fe * eth0\n"),
            "proc/net/arp:3: expected flags of eight bits, got '0x100'");
  EXPECT_EQ(complaintOf("192.0.2.2 0x1 abc 02:00:5e:10:00:fe * eth0\n"),
            "proc/net/arp:3: expected flags of eight bits, got 'abc'");
  for (const char* address : {"x", "*", "02:00:5e:10:00", "02:00:5e:10:00:fg", "02:00:5e:10:00-fe",
                              "02:00:5e:10:00:fe:", "0200.5e10", "02005e1000fe", "00:00:00:00"}) {
    EXPECT_EQ(complaintOf("192.0.2.2 0x1 0x2 " + std::string(address) + " * eth0\n"),
              "proc/net/arp:3: expected a hardware address, got '" + std::string(address) + "'");
  }
}

TEST(ArpFile, FailsWhereNoLineIsUnderstood) {
  TempSystem system;
  system.file("proc/net/arp", std::string(kHeading) + "192.0.2.2 0x1 0x2 eth0\n");
  EXPECT_EQ(collectError("arp", system, fromFile()),
            "proc/net/arp:2: expected six columns, got '192.0.2.2 0x1 0x2 eth0'");
}

TEST_F(Arp, CountsTheKernelsNeighboursButForThoseThatNeedNoArp) {
  ASSERT_TRUE(ip("addr add 192.0.2.1/24 dev v0") && ip("link set v0 up") &&
              ip("neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0 nud permanent") &&
              ip("neigh add 192.0.2.3 lladdr 02:00:00:00:00:03 dev v0 nud reachable") &&
              ip("neigh add 192.0.2.4 lladdr 02:00:00:00:00:04 dev v0 nud noarp") &&
              ip("neigh add proxy 192.0.2.9 dev v0") && ip("link set v1 up") &&
              ip("neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v1 nud permanent"));
  EXPECT_THAT(
      collectSamples("arp", TempSystem()),
      testing::AnyOf("node_arp_entries{device=\"v0\"} 2\nnode_arp_entries{device=\"v1\"} 1\n",
                     "node_arp_entries{device=\"v1\"} 1\nnode_arp_entries{device=\"v0\"} 2\n"));
  EXPECT_EQ(collectSamples("arp", TempSystem(), Flags({{"collector.arp.device-exclude", "v1"}})),
            "node_arp_entries{device=\"v0\"} 2\n");
}

TEST_F(Arp, HasNoSamplesWithoutNeighbours) { EXPECT_EQ(collectText("arp", TempSystem()), ""); }

}  // namespace orchestrator_exporter
