#include "exporter/probes/ip_address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::probes {

namespace {

constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::size_t percent = text.find('%');
  const std::string address(text.substr(0, percent));
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 && percent == std::string_view::npos) {
    return ofBytes({bytes.data(), 4});
  }
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  IpAddress parsed = ofBytes({bytes.data(), 16});
  if (percent != std::string_view::npos) {
    parsed.scope_ = if_nametoindex(std::string(text.substr(percent + 1)).c_str());
    if (parsed.scope_ == 0) return std::nullopt;
  }
  return parsed;
}

IpAddress IpAddress::ofBytes(std::string_view bytes) {
  if (bytes.size() == 16 && bytes.starts_with(kMapped)) bytes.remove_prefix(kMapped.size());
  IpAddress address;
  address.isIpv6_ = bytes.size() == 16;
  std::memcpy(address.bytes_.data(), bytes.data(), std::min<std::size_t>(bytes.size(), 16));
  return address;
}

std::string IpAddress::text() const {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(family(), bytes_.data(), text, sizeof text) != nullptr ? text : "";
}

socklen_t IpAddress::fill(sockaddr_storage& into, std::uint16_t port) const {
  into = {};
  if (isIpv6_) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_scope_id = scope_;
    std::memcpy(&address.sin6_addr, bytes_.data(), 16);
    std::memcpy(&into, &address, sizeof address);
    return sizeof address;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  std::memcpy(&address.sin_addr, bytes_.data(), 4);
  std::memcpy(&into, &address, sizeof address);
  return sizeof address;
}

DeniedNetworks::DeniedNetworks(const std::vector<std::string>& networks) {
  for (const std::string& text : networks) {
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
    const std::uint64_t most = address && address->isIpv6() ? 128 : 32;
    const auto bits = slash == std::string::npos
                          ? std::optional(most)
                          : parseUnsigned(std::string_view(text).substr(slash + 1));
    if (!address || !bits || *bits > most) {
      throw std::invalid_argument("expected a network such as 10.0.0.0/8, got '" + text + "'");
    }
    networks_.push_back({*address, static_cast<unsigned>(*bits)});
  }
}

bool DeniedNetworks::have(const IpAddress& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    if (network.address.isIpv6() != address.isIpv6()) return false;
    const std::string_view ours = network.address.bytes();
    const std::string_view theirs = address.bytes();
    for (unsigned bit = 0; bit < network.bits; ++bit) {
      const int mask = 0x80 >> (bit % 8);
      if (((ours[bit / 8] ^ theirs[bit / 8]) & mask) != 0) return false;
    }
    return true;
  });
}

}  // namespace orchestrator_exporter::probes
