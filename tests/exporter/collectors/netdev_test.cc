#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "exporter/host/flags.h"
#include "tests/support/collectors.h"
#include "tests/support/network_test.h"

namespace orchestrator_exporter {

namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr std::string_view kHeadings =
    "Inter-|   Receive                            |  Transmit\n"
    " face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop\n";

Flags fromFile(std::initializer_list<std::pair<std::string, std::string>> more = {}) {
  Flags flags{{"collector.netdev.netlink", "false"}};
  for (const auto& [name, value] : more) flags.give(name, value);
  return flags;
}

TempSystem& lines(TempSystem& system, std::string_view devices) {
  return system.file("proc/net/dev", std::string(kHeadings) + std::string(devices));
}

std::string lineOf(std::string_view device, std::string_view lastColumn) {
  return std::string(device) + ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 " + std::string(lastColumn) +
         "\n";
}
std::string eth0(std::string_view lastColumn) { return lineOf("eth0", lastColumn); }

class Netdev : public NetworkTest {
 protected:
  // The labels of the addresses of all devices but one.
  static std::vector<std::string> addresses(const std::string& without) {
    const std::string family = "node_network_address_info{";
    std::istringstream samples(collectSamples("netdev", TempSystem(),
                                              Flags({{"collector.netdev.device-exclude", without},
                                                     {"collector.netdev.address-info", "true"}})));
    std::vector<std::string> found;
    for (std::string line; std::getline(samples, line);) {
      if (line.starts_with(family))
        found.push_back(line.substr(family.size(), line.find('}') - family.size()));
    }
    return found;
  }
};

}  // namespace

TEST(NetdevFile, ReportsTheColumnsOfEachDevice) {
  const Flags flags = fromFile({{"collector.netdev.device-exclude", "^lo$"}});
  EXPECT_EQ(collectSamples("netdev", fixture("typical"), flags),
            "node_network_receive_bytes_total{device=\"eth0\"} 7654321098\n"
            "node_network_receive_compressed_total{device=\"eth0\"} 5\n"
            "node_network_receive_drop_total{device=\"eth0\"} 2\n"
            "node_network_receive_errs_total{device=\"eth0\"} 1\n"
            "node_network_receive_fifo_total{device=\"eth0\"} 3\n"
            "node_network_receive_frame_total{device=\"eth0\"} 4\n"
            "node_network_receive_multicast_total{device=\"eth0\"} 6\n"
            "node_network_receive_packets_total{device=\"eth0\"} 5432100\n"
            "node_network_transmit_bytes_total{device=\"eth0\"} 1234567890\n"
            "node_network_transmit_carrier_total{device=\"eth0\"} 11\n"
            "node_network_transmit_colls_total{device=\"eth0\"} 10\n"
            "node_network_transmit_compressed_total{device=\"eth0\"} 12\n"
            "node_network_transmit_drop_total{device=\"eth0\"} 8\n"
            "node_network_transmit_errs_total{device=\"eth0\"} 7\n"
            "node_network_transmit_fifo_total{device=\"eth0\"} 9\n"
            "node_network_transmit_packets_total{device=\"eth0\"} 2345600\n");
}

TEST(NetdevFile, ReportsCounters) {
  EXPECT_THAT(collectText("netdev", fixture("typical"), fromFile()),
              HasSubstr("# TYPE node_network_receive_bytes_total counter\n"
                        "node_network_receive_bytes_total{device=\"lo\"} 913402\n"
                        "node_network_receive_bytes_total{device=\"eth0\"} 7654321098\n"));
}

TEST(NetdevFile, KeepsItsColumnsInDetailedModeButForErrorsAndDrops) {
  const Flags flags = fromFile({{"collector.netdev.device-include", "eth"},
                                {"collector.netdev.enable-detailed-metrics", "true"}});
  EXPECT_EQ(collectSamples("netdev", fixture("typical"), flags),
            "node_network_receive_bytes_total{device=\"eth0\"} 7654321098\n"
            "node_network_receive_compressed_total{device=\"eth0\"} 5\n"
            "node_network_receive_dropped_total{device=\"eth0\"} 2\n"
            "node_network_receive_errors_total{device=\"eth0\"} 1\n"
            "node_network_receive_fifo_total{device=\"eth0\"} 3\n"
            "node_network_receive_frame_total{device=\"eth0\"} 4\n"
            "node_network_receive_multicast_total{device=\"eth0\"} 6\n"
            "node_network_receive_packets_total{device=\"eth0\"} 5432100\n"
            "node_network_transmit_bytes_total{device=\"eth0\"} 1234567890\n"
            "node_network_transmit_carrier_total{device=\"eth0\"} 11\n"
            "node_network_transmit_colls_total{device=\"eth0\"} 10\n"
            "node_network_transmit_compressed_total{device=\"eth0\"} 12\n"
            "node_network_transmit_dropped_total{device=\"eth0\"} 8\n"
            "node_network_transmit_errors_total{device=\"eth0\"} 7\n"
            "node_network_transmit_fifo_total{device=\"eth0\"} 9\n"
            "node_network_transmit_packets_total{device=\"eth0\"} 2345600\n");
}

TEST(NetdevFile, TakesTheLastColonAndTheLastLineOfADevice) {
  TempSystem system;
  lines(system, "eth0:1:7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n" + eth0("1") +
                    "eth0: 5 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n");
  EXPECT_THAT(collectSamples("netdev", system, fromFile()),
              HasSubstr("node_network_receive_bytes_total{device=\"eth0:1\"} 7\n"
                        "node_network_receive_bytes_total{device=\"eth0\"} 5\n"
                        "node_network_receive_compressed"));
}

TEST(NetdevFile, HasNoSamplesWithoutDevices) {
  TempSystem system;
  EXPECT_EQ(collectText("netdev", lines(system, ""), fromFile()), "");
  EXPECT_EQ(collectText("netdev", system.file("proc/net/dev", ""), fromFile()), "");
}

TEST(NetdevFile, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("netdev", TempSystem(), fromFile()),
            "proc/net/dev: No such file or directory");
}

TEST(NetdevFile, LeavesOutALineThatIsGarbledAndTellsOfIt) {
  const auto complaint = [](std::string_view line) {
    TempSystem system;
    lines(system, std::string(line) + eth0("16"));
    const std::string samples = collectSamples("netdev", system, fromFile());
    EXPECT_THAT(samples, HasSubstr("node_network_receive_bytes_total{device=\"eth0\"} 1\n"));
    EXPECT_THAT(samples, Not(HasSubstr("eth1")));
    return collectComplaint("netdev", system, fromFile());
  };
  EXPECT_EQ(complaint("eth1 1 2 3\n"),
            "proc/net/dev:3: expected a device and a colon, got 'eth1 1 2 3'");
  EXPECT_EQ(complaint("\n"), "");
  EXPECT_EQ(complaint(" : 1 2 3\n"), "proc/net/dev:3: expected a device's name, got ' : 1 2 3'");
  EXPECT_EQ(complaint("eth1: 1 2 3\n"), "proc/net/dev:3: expected at least 4 columns, got 3");
  EXPECT_THAT(complaint(lineOf("eth1", "abc")), EndsWith("of at most 64 bits, got 'abc'"));
  EXPECT_THAT(complaint(lineOf("eth1", "-1")), EndsWith("of at most 64 bits, got '-1'"));
  EXPECT_THAT(complaint(lineOf("eth1", "18446744073709551616")), HasSubstr("of at most 64 bits"));
}

TEST(NetdevFile, FailsWhereNoLineCanBeRead) {
  TempSystem system;
  lines(system, "eth1: 1 2 3\n");
  EXPECT_EQ(collectError("netdev", system, fromFile()),
            "proc/net/dev:3: expected at least 4 columns, got 3");
}

TEST(NetdevFile, AddsTheAliasFromSysfs) {
  TempSystem system;
  lines(system, eth0("16") + "eth1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n" +
                    "eth2: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  system.file("sys/class/net/eth0/ifalias", "to the \"lab\"\n").directory("sys/class/net/eth1");
  const Flags flags = fromFile({{"collector.netdev.label-ifalias", "true"}});
  EXPECT_THAT(
      collectSamples("netdev", system, flags),
      HasSubstr(
          "node_network_receive_bytes_total{device=\"eth0\",ifalias=\"to the \\\"lab\\\"\"} 1\n"
          "node_network_receive_bytes_total{device=\"eth1\",ifalias=\"\"} 1\n"
          "node_network_receive_bytes_total{device=\"eth2\"} 1\n"));
}

TEST(NetdevFile, GivesTheCountersWhereAliasesCannotBeRead) {
  TempSystem system;
  lines(system, eth0("16"));
  const Flags flags = fromFile({{"collector.netdev.label-ifalias", "true"}});
  EXPECT_THAT(collectSamples("netdev", system, flags),
              HasSubstr("node_network_receive_bytes_total{device=\"eth0\"} 1\n"));
  EXPECT_EQ(collectComplaint("netdev", system, flags), "sys/class/net: No such file or directory");
}

TEST(NetdevFile, LeavesOutAnAliasThatCannotBeRead) {
  TempSystem system;
  lines(system, eth0("16")).link("sys/class/net/eth0/ifalias", "/proc/self/mem");
  const Flags flags = fromFile({{"collector.netdev.label-ifalias", "true"}});
  EXPECT_THAT(collectSamples("netdev", system, flags),
              HasSubstr("node_network_receive_bytes_total{device=\"eth0\"} 1\n"));
  EXPECT_EQ(collectComplaint("netdev", system, flags),
            "sys/class/net/eth0/ifalias: Input/output error");
}

TEST(NetdevFlags, RefuseWhatContradictsItself) {
  const auto refusal = [](std::string_view one, std::string_view other) {
    return collectError("netdev", TempSystem(),
                        fromFile({{"collector.netdev." + std::string(one), "a"},
                                  {"collector.netdev." + std::string(other), "b"}}));
  };
  EXPECT_THAT(refusal("device-include", "device-exclude"), HasSubstr("exclude each other"));
  EXPECT_THAT(refusal("device-whitelist", "device-exclude"), HasSubstr("exclude each other"));
  EXPECT_THAT(refusal("device-include", "device-whitelist"), HasSubstr("old name"));
  EXPECT_THAT(refusal("device-exclude", "device-blacklist"), HasSubstr("old name"));
}

TEST_F(Netdev, ReportsWhatWentThroughADevice) {
  sendPackets(3);
  EXPECT_EQ(
      collectSamples("netdev", TempSystem(), Flags({{"collector.netdev.device-include", "^v0$"}})),
      "node_network_receive_bytes_total{device=\"v0\"} 0\n"
      "node_network_receive_compressed_total{device=\"v0\"} 0\n"
      "node_network_receive_drop_total{device=\"v0\"} 0\n"
      "node_network_receive_errs_total{device=\"v0\"} 0\n"
      "node_network_receive_fifo_total{device=\"v0\"} 0\n"
      "node_network_receive_frame_total{device=\"v0\"} 0\n"
      "node_network_receive_multicast_total{device=\"v0\"} 0\n"
      "node_network_receive_nohandler_total{device=\"v0\"} 0\n"
      "node_network_receive_packets_total{device=\"v0\"} 0\n"
      "node_network_transmit_bytes_total{device=\"v0\"} 426\n"
      "node_network_transmit_carrier_total{device=\"v0\"} 0\n"
      "node_network_transmit_colls_total{device=\"v0\"} 0\n"
      "node_network_transmit_compressed_total{device=\"v0\"} 0\n"
      "node_network_transmit_drop_total{device=\"v0\"} 0\n"
      "node_network_transmit_errs_total{device=\"v0\"} 0\n"
      "node_network_transmit_fifo_total{device=\"v0\"} 0\n"
      "node_network_transmit_packets_total{device=\"v0\"} 3\n");
}

TEST_F(Netdev, ReportsTheKernelsOwnCountersInDetailedMode) {
  sendPackets(2);
  const std::string samples =
      collectSamples("netdev", TempSystem(),
                     Flags({{"collector.netdev.device-exclude", "v0|lo"},
                            {"collector.netdev.enable-detailed-metrics", "true"}}));
  EXPECT_EQ(std::count(samples.begin(), samples.end(), '\n'), 24);
  EXPECT_THAT(samples,
              AllOf(HasSubstr("node_network_receive_bytes_total{device=\"v1\"} 284\n"),
                    HasSubstr("node_network_receive_packets_total{device=\"v1\"} 2\n"),
                    HasSubstr("node_network_multicast_total{device=\"v1\"} 0\n"),
                    HasSubstr("node_network_collisions_total{device=\"v1\"} 0\n"),
                    HasSubstr("node_network_receive_missed_errors_total{device=\"v1\"} 0\n"),
                    HasSubstr("node_network_receive_nohandler_total{device=\"v1\"} 0\n"),
                    HasSubstr("node_network_transmit_window_errors_total{device=\"v1\"} 0\n"),
                    Not(HasSubstr("receive_errs")), Not(HasSubstr("transmit_colls"))));
}

TEST_F(Netdev, ReportsTheAddressesOfTheDevicesItTakes) {
  ASSERT_TRUE(ip("addr add 192.0.2.1/24 dev v0") && ip("addr add 169.254.7.7/16 dev v0") &&
              ip("addr add 198.51.100.1 peer 198.51.100.2/32 dev v0") &&
              ip("addr add 203.0.113.1/24 dev v1"));
  EXPECT_THAT(
      addresses("v1"),
      UnorderedElementsAre(R"(address="127.0.0.1",device="lo",netmask="8",scope="link-local")",
                           R"(address="::1",device="lo",netmask="128",scope="link-local")",
                           R"(address="192.0.2.1",device="v0",netmask="24",scope="global")",
                           R"(address="169.254.7.7",device="v0",netmask="16",scope="link-local")",
                           R"(address="198.51.100.1",device="v0",netmask="32",scope="global")"));
}

TEST_F(Netdev, WritesIpv6AddressesInTheirShortForm) {
  std::ofstream("/proc/sys/net/ipv6/conf/v0/disable_ipv6") << 0;
  ASSERT_TRUE(ip("addr add 2001:db8::1/64 dev v0") && ip("addr add fe80::7/64 dev v0") &&
              ip("addr add ::1.2.3.4/96 dev v0") && ip("addr add ::ffff:192.0.2.9/120 dev v0") &&
              ip("addr add 2001:db8::5 peer 2001:db8::6 dev v0"));
  EXPECT_THAT(
      addresses("lo"),
      UnorderedElementsAre(R"(address="192.0.2.9",device="v0",netmask="24",scope="global")",
                           R"(address="2001:db8::1",device="v0",netmask="64",scope="global")",
                           R"(address="2001:db8::5",device="v0",netmask="128",scope="global")",
                           R"(address="::102:304",device="v0",netmask="96",scope="global")",
                           R"(address="fe80::7",device="v0",netmask="64",scope="link-local")"));
}

}  // namespace orchestrator_exporter
