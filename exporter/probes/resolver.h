#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/probes/ip_address.h"
#include "exporter/probes/waiting.h"

namespace orchestrator_exporter::probes {

// Where names are looked up: in a table, then by servers of the DNS in their order.
struct ResolverSettings {
  struct Server {
    IpAddress address;
    std::uint16_t port = 53;
  };
  std::vector<Server> servers = {};
  std::vector<std::string> searched = {};  // domains for names with fewer dots than `dots`
  std::size_t dots = 1;
  std::chrono::milliseconds timeout = std::chrono::seconds(5);  // of one question to one server
  int attempts = 2;
  std::multimap<std::string, IpAddress, std::less<>> table = {};  // names in small letters
};

// What /etc/resolv.conf and /etc/hosts say (resolv.conf(5), hosts(5)). Takes any text; what makes
// no sense is left out. Without a server, it is the one of this host.
ResolverSettings parseResolverSettings(std::string_view resolvConf, std::string_view hosts);

// Those of this host, read now.
ResolverSettings hostResolverSettings();

// All addresses of a name, IPv4 and IPv6 as wanted, without blocking longer than `waiting` says. Of
// our own, because getaddrinfo(3) can be neither given a deadline nor stopped. Throws ProbeFailure
// if there is none.
std::vector<IpAddress> resolve(const std::string& name, bool wantsIpv4, bool wantsIpv6,
                               const ResolverSettings& settings, Waiting& waiting);

}  // namespace orchestrator_exporter::probes
