#include "exporter/kernel/network/route_netlink.h"

#include <gtest/gtest.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <string>

namespace orchestrator_exporter {

namespace {

template <typename Structure>
std::string bytesOf(const Structure& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string attribute(std::uint16_t type, std::string_view payload) {
  return NetlinkRequest("", 0, nlattr{}).add(type, payload).body().substr(sizeof(nlattr));
}

}  // namespace

TEST(RouteNetlink, WidensTheCountersOfOldKernels) {
  rtnl_link_stats old{};
  old.rx_packets = 7;
  old.tx_compressed = 0xffffffff;
  old.rx_nohandler = 5;
  const Link link = readLink(
      NetlinkMessage(bytesOf(ifinfomsg{}) + attribute(IFLA_STATS, bytesOf(old).substr(0, 92))));
  ASSERT_TRUE(link.statistics);
  EXPECT_EQ(link.statistics->rx_packets, 7U);
  EXPECT_EQ(link.statistics->tx_compressed, 0xffffffffU);
  EXPECT_EQ(link.statistics->rx_nohandler, 0U);  // behind what was sent
}

TEST(RouteNetlink, PrefersTheCountersOf64Bits) {
  rtnl_link_stats narrow{};
  narrow.rx_bytes = 1;
  rtnl_link_stats64 wide{};
  wide.rx_bytes = 0x100000001;
  const std::string header = bytesOf(ifinfomsg{});
  const std::string one = attribute(IFLA_STATS, bytesOf(narrow));
  const std::string other = attribute(IFLA_STATS64, bytesOf(wide));
  EXPECT_EQ(readLink(NetlinkMessage(header + one + other)).statistics->rx_bytes, 0x100000001U);
  EXPECT_EQ(readLink(NetlinkMessage(header + other + one)).statistics->rx_bytes, 0x100000001U);
}

TEST(RouteNetlink, TakesAttributesThatAreTooShortForMissing) {
  const Link link = readLink(NetlinkMessage(bytesOf(ifinfomsg{}) + attribute(IFLA_MTU, "\1") +
                                            attribute(IFLA_CARRIER_CHANGES, "\1\2")));
  EXPECT_EQ(link.mtu, 0U);
  EXPECT_FALSE(link.carrierChanges);
  EXPECT_FALSE(link.statistics);
}

TEST(RouteNetlink, TakesTheNextHopsThatAreWhole) {
  rtnexthop hop{};
  hop.rtnh_len = sizeof hop + 8;
  hop.rtnh_hops = 2;
  hop.rtnh_ifindex = 5;
  const std::string whole = bytesOf(hop) + attribute(RTA_GATEWAY, std::string("\xc0\0\2\1", 4));
  const auto hops = [](const std::string& bytes) {
    return readRoute(NetlinkMessage(bytesOf(rtmsg{}) + attribute(RTA_MULTIPATH, bytes))).nextHops;
  };
  ASSERT_EQ(hops(whole + whole).size(), 2U);
  EXPECT_EQ(hops(whole)[0].weight, 3U);
  EXPECT_EQ(hops(whole)[0].interfaceIndex, 5);
  EXPECT_EQ(hops(whole)[0].gateway, std::string("\xc0\0\2\1", 4));
  EXPECT_EQ(hops(whole + whole.substr(0, 10)).size(), 1U);
  hop.rtnh_len = 0;
  EXPECT_EQ(hops(whole + bytesOf(hop)).size(), 1U);
}

TEST(RouteNetlink, FallsBackToTheOldCountersOfQueueingDisciplines) {
  tc_stats old{};
  old.bytes = 0x100000000;
  old.packets = 1;
  old.drops = 2;
  old.overlimits = 3;
  old.qlen = 4;
  old.backlog = 5;
  const auto discipline = readQueueingDiscipline(
      NetlinkMessage(bytesOf(tcmsg{}) + attribute(TCA_KIND, std::string_view("sfq\0", 4)) +
                     attribute(TCA_STATS, bytesOf(old))));
  EXPECT_EQ(discipline.kind, "sfq");
  EXPECT_EQ(discipline.bytes, 0x100000000U);
  EXPECT_EQ(discipline.packets, 1U);
  EXPECT_EQ(discipline.drops, 2U);
  EXPECT_EQ(discipline.overlimits, 3U);
  EXPECT_EQ(discipline.queueLength, 4U);
  EXPECT_EQ(discipline.backlog, 5U);
  EXPECT_EQ(discipline.requeues, 0U);
}

}  // namespace orchestrator_exporter
