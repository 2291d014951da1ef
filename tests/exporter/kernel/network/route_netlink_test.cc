#include "exporter/kernel/network/route_netlink.h"

#include <gtest/gtest.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <string>

#include "tests/support/netlink_bytes.h"

namespace orchestrator_exporter {

namespace {

using test::attribute;
using test::bytesOf;

// A message that the kernel could send, cut off behind each of its bytes: reading it must stay
// within it. (The AddressSanitizer watches.)
template <typename Read>
void readAllBeginnings(const std::string& message, Read read) {
  for (std::size_t size = 0; size <= message.size(); ++size) {
    const std::string beginning = message.substr(0, size);
    EXPECT_NO_THROW(read(NetlinkMessage(beginning))) << size;
  }
}

// The message with each of its 16-bit words made as large and as small as it can be: lengths lie.
template <typename Read>
void readWithLies(const std::string& message, Read read) {
  for (const char lie : {'\xff', '\0', '\1'}) {
    for (std::size_t at = 0; at + 1 < message.size(); at += 2) {
      std::string lying = message;
      lying[at] = lying[at + 1] = lie;
      EXPECT_NO_THROW(read(NetlinkMessage(lying))) << at;
    }
  }
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

TEST(RouteNetlink, ReadsALink) {
  ifinfomsg header{};
  header.ifi_index = 7;
  header.ifi_type = 1;  // ARPHRD_ETHER
  header.ifi_flags = 0x11043;
  const std::string names = attribute(IFLA_ALT_IFNAME, std::string_view("enp1s0\0", 7)) +
                            attribute(IFLA_ALT_IFNAME, std::string_view("other\0", 6));
  const std::string message =
      bytesOf(header) + attribute(IFLA_IFNAME, std::string_view("eth0\0", 5)) +
      attribute(IFLA_PROP_LIST | NLA_F_NESTED, names) +
      attribute(IFLA_IFALIAS, std::string_view("uplink\0", 7)) +
      attribute(IFLA_ADDRESS, std::string_view("\2\0\0\0\0\1", 6)) +
      attribute(IFLA_BROADCAST, std::string_view("\xff\xff\xff\xff\xff\xff", 6)) +
      attribute(IFLA_OPERSTATE, std::uint8_t{6}) + attribute(IFLA_LINKMODE, std::uint8_t{1}) +
      attribute(IFLA_CARRIER, std::uint8_t{1}) + attribute(IFLA_CARRIER_CHANGES, 5U) +
      attribute(IFLA_CARRIER_UP_COUNT, 3U) + attribute(IFLA_CARRIER_DOWN_COUNT, 2U) +
      attribute(IFLA_LINK, 4U) + attribute(IFLA_MTU, 9000U) + attribute(IFLA_GROUP, 8U) +
      attribute(IFLA_TXQLEN, 1000U);
  const Link link = readLink(NetlinkMessage(message));
  EXPECT_EQ(link.index, 7);
  EXPECT_EQ(link.hardwareType, 1U);
  EXPECT_EQ(link.flags, 0x11043U);
  EXPECT_EQ(link.name, "eth0");
  EXPECT_EQ(link.alternativeNames, (std::vector<std::string>{"enp1s0", "other"}));
  EXPECT_EQ(link.alias, "uplink");
  EXPECT_EQ(link.address, std::string("\2\0\0\0\0\1", 6));
  EXPECT_EQ(link.broadcast, "\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(link.operationalState, 6);
  EXPECT_EQ(link.linkMode, 1);
  EXPECT_EQ(link.carrier, 1);
  EXPECT_EQ(link.carrierChanges, 5U);
  EXPECT_EQ(link.carrierUps, 3U);
  EXPECT_EQ(link.carrierDowns, 2U);
  EXPECT_EQ(link.lowerIndex, 4U);
  EXPECT_EQ(link.mtu, 9000U);
  EXPECT_EQ(link.group, 8U);
  EXPECT_EQ(link.queueLength, 1000U);
  readAllBeginnings(message, readLink);
  readWithLies(message, readLink);
}

TEST(RouteNetlink, ReadsARouteWithOneNextHop) {
  rtmsg header{};
  header.rtm_type = RTN_UNICAST;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_dst_len = 24;
  const std::string message =
      bytesOf(header) + attribute(RTA_DST, std::string_view("\xc0\0\2\0", 4)) +
      attribute(RTA_PREFSRC, std::string_view("\xc0\0\2\1", 4)) + attribute(RTA_PRIORITY, 100U) +
      attribute(RTA_OIF, 3U) + attribute(RTA_GATEWAY, std::string_view("\xc0\0\2\xfe", 4));
  const Route route = readRoute(NetlinkMessage(message));
  EXPECT_EQ(route.type, RTN_UNICAST);
  EXPECT_EQ(route.protocol, RTPROT_STATIC);
  EXPECT_EQ(route.prefixLength, 24U);
  EXPECT_EQ(route.destination, std::string("\xc0\0\2\0", 4));
  EXPECT_EQ(route.preferredSource, std::string("\xc0\0\2\1", 4));
  EXPECT_EQ(route.priority, 100U);
  ASSERT_EQ(route.nextHops.size(), 1U);
  EXPECT_EQ(route.nextHops[0].interfaceIndex, 3);
  EXPECT_EQ(route.nextHops[0].gateway, std::string("\xc0\0\2\xfe", 4));
  EXPECT_FALSE(route.nextHops[0].weight);
  readAllBeginnings(message, readRoute);
  readWithLies(message, readRoute);
}

TEST(RouteNetlink, StaysWithinNextHopsThatLie) {
  rtnexthop hop{};
  hop.rtnh_len = sizeof hop + 8;
  const std::string hops = bytesOf(hop) + attribute(RTA_GATEWAY, std::string_view("\1\2\3\4", 4));
  const std::string message = bytesOf(rtmsg{}) + attribute(RTA_MULTIPATH, hops + hops);
  ASSERT_EQ(readRoute(NetlinkMessage(message)).nextHops.size(), 2U);
  readAllBeginnings(message, readRoute);
  readWithLies(message, readRoute);
}

TEST(RouteNetlink, ReadsTheStatisticsOfAQueueingDiscipline) {
  tcmsg header{};
  header.tcm_ifindex = 2;
  header.tcm_parent = TC_H_ROOT;
  gnet_stats_basic basic{};
  basic.bytes = 0x100000001;
  basic.packets = 11;
  gnet_stats_queue queue{};
  queue.qlen = 1;
  queue.backlog = 2;
  queue.drops = 3;
  queue.requeues = 4;
  queue.overlimits = 5;
  const std::string statistics =
      attribute(TCA_STATS_BASIC, bytesOf(basic)) + attribute(TCA_STATS_QUEUE, bytesOf(queue));
  const std::string message = bytesOf(header) +
                              attribute(TCA_KIND, std::string_view("fq_codel\0", 9)) +
                              attribute(TCA_STATS2 | NLA_F_NESTED, statistics);
  const auto discipline = readQueueingDiscipline(NetlinkMessage(message));
  EXPECT_EQ(discipline.interfaceIndex, 2);
  EXPECT_EQ(discipline.parent, 0U);
  EXPECT_EQ(discipline.kind, "fq_codel");
  EXPECT_EQ(discipline.bytes, 0x100000001U);
  EXPECT_EQ(discipline.packets, 11U);
  EXPECT_EQ(discipline.queueLength, 1U);
  EXPECT_EQ(discipline.backlog, 2U);
  EXPECT_EQ(discipline.drops, 3U);
  EXPECT_EQ(discipline.requeues, 4U);
  EXPECT_EQ(discipline.overlimits, 5U);
  readAllBeginnings(message, readQueueingDiscipline);
  readWithLies(message, readQueueingDiscipline);
}

TEST(RouteNetlink, KeepsAParentThatIsNotTheRoot) {
  tcmsg header{};
  header.tcm_parent = 0x10002;
  EXPECT_EQ(readQueueingDiscipline(NetlinkMessage(bytesOf(header))).parent, 0x10002U);
}

}  // namespace orchestrator_exporter
