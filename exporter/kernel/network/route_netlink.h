#pragma once

#include <linux/if_link.h>
#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/network/netlink.h"

namespace orchestrator_exporter {

// A network device as RTM_GETLINK tells it (man 7 rtnetlink). Addresses are bytes, not text.
struct Link {
  int index = 0;
  std::uint32_t hardwareType = 0;  // ARPHRD_…
  std::uint32_t flags = 0;         // IFF_…
  std::string name;
  std::vector<std::string> alternativeNames;
  std::string alias;
  std::string address;
  std::string broadcast;
  std::uint8_t operationalState = 0;  // IF_OPER_…
  std::uint8_t linkMode = 0;
  std::optional<std::uint8_t> carrier;
  std::optional<std::uint32_t> carrierChanges;
  std::optional<std::uint32_t> carrierUps;
  std::optional<std::uint32_t> carrierDowns;
  std::optional<std::uint32_t> lowerIndex;  // of the device below; not there where that is none
  std::uint32_t mtu = 0;
  std::uint32_t group = 0;
  std::uint32_t queueLength = 0;
  std::optional<rtnl_link_stats64> statistics;
};

// An address of a device, RTM_GETADDR.
struct InterfaceAddress {
  int interfaceIndex = 0;
  std::string address;  // 4 or 16 bytes: the device's own where there is a peer's too
  unsigned prefixLength = 0;
};

// A neighbour, RTM_GETNEIGH.
struct Neighbour {
  int interfaceIndex = 0;
  std::uint16_t state = 0;  // NUD_…
};

struct NextHop {
  int interfaceIndex = 0;
  std::string gateway;                  // 4 or 16 bytes, or none
  std::optional<std::uint32_t> weight;  // of a route with several next hops
};

// A route of IPv4 or IPv6 of any table, RTM_GETROUTE.
struct Route {
  std::uint8_t family = 0;    // AF_…
  std::uint8_t type = 0;      // RTN_…
  std::uint8_t protocol = 0;  // RTPROT_…
  std::string destination;    // 4 or 16 bytes; none for a default route
  unsigned prefixLength = 0;
  std::string preferredSource;  // 4 or 16 bytes, or none
  std::uint32_t priority = 0;
  std::vector<NextHop> nextHops;  // one or more
};

// A queueing discipline, RTM_GETQDISC.
struct QueueingDiscipline {
  int interfaceIndex = 0;
  std::uint32_t parent = 0;  // TC_H_ROOT is given as 0
  std::string kind;
  std::uint64_t bytes = 0;
  std::uint32_t packets = 0;
  std::uint32_t drops = 0;
  std::uint32_t requeues = 0;
  std::uint32_t overlimits = 0;
  std::uint32_t queueLength = 0;
  std::uint32_t backlog = 0;
};

// The routing netlink of the thread's network namespace: devices, addresses, neighbours, routes,
// queueing disciplines. Throws as NetlinkSocket does. For one thread at a time.
class RouteNetlink {
 public:
  std::vector<Link> links();
  std::vector<InterfaceAddress> addresses();
  // Of IPv4 only.
  std::vector<Neighbour> neighbours();
  // Of one family: AF_INET or AF_INET6.
  std::vector<Route> routes(std::uint8_t family);
  std::vector<QueueingDiscipline> queueingDisciplines();

 private:
  template <typename Item, typename Read>
  std::vector<Item> list(const NetlinkRequest& request, Read read);

  NetlinkSocket socket_{NETLINK_ROUTE};
};

// Reads one message of the lists above.
Link readLink(const NetlinkMessage& message);
Route readRoute(const NetlinkMessage& message);
QueueingDiscipline readQueueingDiscipline(const NetlinkMessage& message);

}  // namespace orchestrator_exporter
