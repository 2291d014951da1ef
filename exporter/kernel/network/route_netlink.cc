#include "exporter/kernel/network/route_netlink.h"

#include <linux/gen_stats.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace orchestrator_exporter {

namespace {

// A structure from the start of an attribute; what an older kernel does not send of it is zero.
template <typename Structure>
Structure structure(std::string_view payload) {
  Structure value{};
  if (payload.empty()) return value;  // which may have no bytes to point at
  std::memcpy(&value, payload.data(), std::min(sizeof value, payload.size()));
  return value;
}

// Old kernels send 32-bit counters, in the same order.
rtnl_link_stats64 widened(std::string_view payload) {
  rtnl_link_stats64 wide{};
  auto* counter = reinterpret_cast<__u64*>(&wide);
  for (std::size_t at = 0; at + sizeof(__u32) <= std::min(payload.size(), sizeof(rtnl_link_stats));
       at += sizeof(__u32)) {
    *counter++ = structure<__u32>(payload.substr(at));
  }
  return wide;
}

NetlinkRequest request(const char* name, std::uint16_t type, unsigned char family = AF_UNSPEC) {
  rtgenmsg header{};
  header.rtgen_family = family;
  return {name, type, header};
}

void readAlternativeNames(std::string_view properties, Link& link) {
  for (const NetlinkAttribute& property : NetlinkAttributes(properties)) {
    if (property.type == IFLA_ALT_IFNAME) link.alternativeNames.emplace_back(property.text());
  }
}

void readLinkAttribute(const NetlinkAttribute& attribute, Link& link) {
  switch (attribute.type) {
    case IFLA_IFNAME:
      link.name = attribute.text();
      break;
    case IFLA_PROP_LIST:
      readAlternativeNames(attribute.payload, link);
      break;
    case IFLA_IFALIAS:
      link.alias = attribute.text();
      break;
    case IFLA_ADDRESS:
      link.address = attribute.payload;
      break;
    case IFLA_BROADCAST:
      link.broadcast = attribute.payload;
      break;
    case IFLA_OPERSTATE:
      link.operationalState = attribute.number<std::uint8_t>().value_or(0);
      break;
    case IFLA_LINKMODE:
      link.linkMode = attribute.number<std::uint8_t>().value_or(0);
      break;
    case IFLA_CARRIER:
      link.carrier = attribute.number<std::uint8_t>();
      break;
    case IFLA_CARRIER_CHANGES:
      link.carrierChanges = attribute.number<std::uint32_t>();
      break;
    case IFLA_CARRIER_UP_COUNT:
      link.carrierUps = attribute.number<std::uint32_t>();
      break;
    case IFLA_CARRIER_DOWN_COUNT:
      link.carrierDowns = attribute.number<std::uint32_t>();
      break;
    case IFLA_LINK:
      link.lowerIndex = attribute.number<std::uint32_t>();
      break;
    case IFLA_MTU:
      link.mtu = attribute.number<std::uint32_t>().value_or(0);
      break;
    case IFLA_GROUP:
      link.group = attribute.number<std::uint32_t>().value_or(0);
      break;
    case IFLA_TXQLEN:
      link.queueLength = attribute.number<std::uint32_t>().value_or(0);
      break;
    case IFLA_STATS64:
      link.statistics = structure<rtnl_link_stats64>(attribute.payload);
      break;
    case IFLA_STATS:
      if (!link.statistics) link.statistics = widened(attribute.payload);
      break;
    default:
      break;
  }
}

InterfaceAddress readAddress(const NetlinkMessage& message) {
  const auto header = message.header<ifaddrmsg>();
  const NetlinkAttributes attributes = message.attributes<ifaddrmsg>();
  // On a point-to-point link IFA_ADDRESS is the other side's.
  std::string_view address = attributes.find(IFA_LOCAL).payload;
  if (address.empty()) address = attributes.find(IFA_ADDRESS).payload;
  return {static_cast<int>(header.ifa_index), std::string(address), header.ifa_prefixlen};
}

Neighbour readNeighbour(const NetlinkMessage& message) {
  const auto header = message.header<ndmsg>();
  return {header.ndm_ifindex, header.ndm_state};
}

std::vector<NextHop> readNextHops(std::string_view bytes) {
  std::vector<NextHop> hops;
  while (bytes.size() >= sizeof(rtnexthop)) {
    const auto header = structure<rtnexthop>(bytes);
    if (header.rtnh_len < sizeof header || header.rtnh_len > bytes.size()) break;
    const NetlinkAttributes attributes(
        bytes.substr(sizeof header, header.rtnh_len - sizeof header));
    hops.push_back({header.rtnh_ifindex, std::string(attributes.find(RTA_GATEWAY).payload),
                    header.rtnh_hops + 1U});
    bytes.remove_prefix(std::min<std::size_t>(RTNH_ALIGN(header.rtnh_len), bytes.size()));
  }
  return hops;
}

void readQueueStatistics(const NetlinkAttribute& attribute, QueueingDiscipline& discipline) {
  if (attribute.type == TCA_STATS_BASIC) {
    const auto basic = structure<gnet_stats_basic>(attribute.payload);
    discipline.bytes = basic.bytes;
    discipline.packets = basic.packets;
  } else if (attribute.type == TCA_STATS_QUEUE) {
    const auto queue = structure<gnet_stats_queue>(attribute.payload);
    discipline.queueLength = queue.qlen;
    discipline.backlog = queue.backlog;
    discipline.drops = queue.drops;
    discipline.requeues = queue.requeues;
    discipline.overlimits = queue.overlimits;
  }
}

void readOldQueueStatistics(std::string_view payload, QueueingDiscipline& discipline) {
  const auto old = structure<tc_stats>(payload);
  discipline.bytes = old.bytes;
  discipline.packets = old.packets;
  discipline.drops = old.drops;
  discipline.overlimits = old.overlimits;
  discipline.queueLength = old.qlen;
  discipline.backlog = old.backlog;
}

}  // namespace

Link readLink(const NetlinkMessage& message) {
  const auto header = message.header<ifinfomsg>();
  Link link;
  link.index = header.ifi_index;
  link.hardwareType = header.ifi_type;
  link.flags = header.ifi_flags;
  for (const NetlinkAttribute& attribute : message.attributes<ifinfomsg>()) {
    readLinkAttribute(attribute, link);
  }
  return link;
}

Route readRoute(const NetlinkMessage& message) {
  const auto header = message.header<rtmsg>();
  const NetlinkAttributes attributes = message.attributes<rtmsg>();
  Route route;
  route.family = header.rtm_family;
  route.type = header.rtm_type;
  route.protocol = header.rtm_protocol;
  route.destination = attributes.find(RTA_DST).payload;
  route.prefixLength = header.rtm_dst_len;
  route.preferredSource = attributes.find(RTA_PREFSRC).payload;
  route.priority = attributes.find(RTA_PRIORITY).number<std::uint32_t>().value_or(0);
  route.nextHops = readNextHops(attributes.find(RTA_MULTIPATH).payload);
  if (route.nextHops.empty()) {
    route.nextHops.push_back({attributes.find(RTA_OIF).number<int>().value_or(0),
                              std::string(attributes.find(RTA_GATEWAY).payload), std::nullopt});
  }
  return route;
}

QueueingDiscipline readQueueingDiscipline(const NetlinkMessage& message) {
  const auto header = message.header<tcmsg>();
  const NetlinkAttributes attributes = message.attributes<tcmsg>();
  QueueingDiscipline discipline;
  discipline.interfaceIndex = header.tcm_ifindex;
  discipline.parent = header.tcm_parent == TC_H_ROOT ? 0 : header.tcm_parent;
  discipline.kind = attributes.find(TCA_KIND).text();
  const std::string_view statistics = attributes.find(TCA_STATS2).payload;
  if (statistics.empty()) {
    readOldQueueStatistics(attributes.find(TCA_STATS).payload, discipline);
  }
  for (const NetlinkAttribute& attribute : NetlinkAttributes(statistics)) {
    readQueueStatistics(attribute, discipline);
  }
  return discipline;
}

template <typename Item, typename Read>
std::vector<Item> RouteNetlink::list(const NetlinkRequest& request, Read read) {
  std::vector<Item> items;
  socket_.dump(
      request, [&] { items.clear(); },
      [&](const NetlinkMessage& message) { items.push_back(read(message)); });
  return items;
}

std::vector<Link> RouteNetlink::links() {
  return list<Link>(request("netlink RTM_GETLINK", RTM_GETLINK), readLink);
}

std::vector<InterfaceAddress> RouteNetlink::addresses() {
  return list<InterfaceAddress>(request("netlink RTM_GETADDR", RTM_GETADDR), readAddress);
}

std::vector<Neighbour> RouteNetlink::neighbours() {
  return list<Neighbour>(request("netlink RTM_GETNEIGH", RTM_GETNEIGH, AF_INET), readNeighbour);
}

std::vector<Route> RouteNetlink::routes(std::uint8_t family) {
  std::vector<Route> routes =
      list<Route>(request("netlink RTM_GETROUTE", RTM_GETROUTE, family), readRoute);
  // Asked for a family that it does not have, a kernel gives those of all others.
  std::erase_if(routes, [family](const Route& route) { return route.family != family; });
  return routes;
}

std::vector<QueueingDiscipline> RouteNetlink::queueingDisciplines() {
  return list<QueueingDiscipline>({"netlink RTM_GETQDISC", RTM_GETQDISC, tcmsg{}},
                                  readQueueingDiscipline);
}

}  // namespace orchestrator_exporter
