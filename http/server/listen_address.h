#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http {

// Where to listen, resolved: a numeric address and a port. Port 0 means one that is free.
struct ListenAddress {
  enum class Family : std::uint8_t { kIpv4, kIpv6, kBoth };

  std::string configured;  // as it was given, for messages
  Family family = Family::kBoth;
  std::string host;  // numeric, without brackets; "::" for kBoth
  std::uint16_t port = 0;

  // "127.0.0.1:9100", "[::1]:9100".
  std::string text() const { return textWithPort(port); }
  std::string textWithPort(int boundPort) const;
};

// Reads `host:port` as node_exporter's --web.listen-address does: ":9100" and "[::]:9100" mean all
// addresses, IPv4 and IPv6 in one socket (IPv4 alone on a host without IPv6), "0.0.0.0:9100" all
// IPv4 addresses; a name is looked up, its IPv4 address is preferred. Throws std::runtime_error,
// one line that names the address, for what cannot be read or resolved.
ListenAddress parseListenAddress(std::string_view text);

// Throws as parseListenAddress() does for what cannot be read; looks nothing up.
void checkListenAddress(std::string_view text);

// Throws std::runtime_error, "cannot listen on 127.0.0.1:9100: Address already in use", for the
// first of the addresses on which this process cannot listen now, with all of them at once.
void checkListenable(const std::vector<ListenAddress>& addresses);

}  // namespace orchestrator_exporter::http
