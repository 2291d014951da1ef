#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <map>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/network/address_text.h"
#include "exporter/kernel/network/interface_names.h"
#include "exporter/kernel/network/route_netlink.h"

namespace orchestrator_exporter {

namespace {

// Who made a route (RTPROT_ of linux/rtnetlink.h).
std::string_view protocolName(std::uint8_t protocol) {
  switch (protocol) {
    case RTPROT_UNSPEC:
      return "unspec";
    case RTPROT_REDIRECT:
      return "redirect";
    case RTPROT_KERNEL:
      return "kernel";
    case RTPROT_BOOT:
      return "boot";
    case RTPROT_STATIC:
      return "static";
    case RTPROT_GATED:
      return "gated";
    case RTPROT_RA:
      return "ra";
    case RTPROT_MRT:
      return "mrt";
    case RTPROT_ZEBRA:
      return "zebra";
    case RTPROT_BIRD:
      return "bird";
    case RTPROT_DNROUTED:
      return "dnrouted";
    case RTPROT_XORP:
      return "xorp";
    case RTPROT_NTK:
      return "ntk";
    case RTPROT_DHCP:
      return "dhcp";
    case RTPROT_MROUTED:
      return "mrouted";
    case RTPROT_BABEL:
      return "babel";
    case RTPROT_BGP:
      return "bgp";
    case RTPROT_ISIS:
      return "isis";
    case RTPROT_OSPF:
      return "ospf";
    case RTPROT_RIP:
      return "rip";
    case RTPROT_EIGRP:
      return "eigrp";
    default:
      return "unknown";
  }
}

std::string destinationText(const Route& route) {
  if (route.destination.empty()) return "default";
  const std::string address = addressText(route.destination);
  // An IPv4 address mapped into IPv6 would lose the bits that the prefix counts.
  const bool mapped = route.destination.size() == 16 && address.find(':') == std::string::npos;
  return (mapped ? "::ffff:" : "") + address + "/" + std::to_string(route.prefixLength);
}

class NetworkRoute final : public Collector {
  using Counts = std::map<std::string, int, std::less<>>;  // by device

  void collect(Kernel&, Sink& out) override {
    complaints_.clear();
    InterfaceNames names;
    Counts counts;
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
      complaints_.attempt([&] { giveRoutes(family, names, counts, out); });
    }
    complaints_.failIfNothingWasRead();
    const ScalarFamily routes =
        out.gauge("node_network_routes", "Unicast routes that leave by the device.");
    for (const auto& [device, count] : counts) routes.add(count, {{"device", device}});
  }

  std::string complaint() const override { return complaints_.text(); }

  void giveRoutes(std::uint8_t family, InterfaceNames& names, Counts& counts, Sink& out) {
    const ScalarFamily info =
        out.gauge("node_network_route_info", "A unicast route of any table; always 1.");
    for (const Route& route : netlink_.routes(family)) {
      if (route.type != RTN_UNICAST) continue;
      for (const NextHop& hop : route.nextHops) {
        const std::string device(names.of(hop.interfaceIndex));
        info.add(1, {{"dest", destinationText(route)},
                     {"device", device},
                     {"gw", addressText(hop.gateway)},
                     {"priority", std::to_string(route.priority)},
                     {"proto", protocolName(route.protocol)},
                     {"src", addressText(route.preferredSource)},
                     {"weight", hop.weight ? std::to_string(*hop.weight) : ""}});
        ++counts[device];
      }
    }
  }

  Complaints complaints_;
  RouteNetlink netlink_;
};

const RegisterCollector<NetworkRoute> networkRoute{
    {.name = "network_route", .onByDefault = kOffByDefault, .reads = "netlink RTM_GETROUTE"}};

}  // namespace

}  // namespace orchestrator_exporter
