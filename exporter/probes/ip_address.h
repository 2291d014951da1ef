#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::probes {

// An IPv4 or IPv6 address. An IPv4 address that is mapped into IPv6 is an IPv4 address.
class IpAddress {
 public:
  // In numbers, without brackets; nullopt for anything else.
  static std::optional<IpAddress> parse(std::string_view text);
  // Of 4 or 16 bytes in the order of the network.
  static IpAddress ofBytes(std::string_view bytes);

  bool isIpv6() const { return isIpv6_; }
  std::string text() const;
  // 4 or 16.
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), isIpv6_ ? std::size_t{16} : 4};
  }
  int family() const { return isIpv6_ ? AF_INET6 : AF_INET; }
  // For connect(2) and bind(2).
  socklen_t fill(sockaddr_storage& into, std::uint16_t port) const;

  bool operator==(const IpAddress&) const = default;

 private:
  bool isIpv6_ = false;
  std::array<unsigned char, 16> bytes_{};
  std::uint32_t scope_ = 0;  // the interface of a link-local address
};

// Networks that are never asked.
class DeniedNetworks {
 public:
  // Each as 10.0.0.0/8 or fd00::/8, or an address alone. Throws std::invalid_argument.
  explicit DeniedNetworks(const std::vector<std::string>& networks = {});

  bool have(const IpAddress& address) const;

 private:
  struct Network {
    IpAddress address;
    unsigned bits;
  };
  std::vector<Network> networks_;
};

}  // namespace orchestrator_exporter::probes
