#include "http/server/listen_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace orchestrator_exporter::http {
namespace {

using Family = ListenAddress::Family;

[[noreturn]] void refuse(std::string_view address, std::string_view reason) {
  throw std::runtime_error("cannot listen on " + std::string(address) + ": " + std::string(reason));
}

std::string reasonOf(int error) { return std::generic_category().message(error); }

class Socket {
 public:
  explicit Socket(int family) : descriptor_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool hostHasIpv6() { return Socket(AF_INET6).get() >= 0 || errno != EAFNOSUPPORT; }

// host:port as it is written: the host without brackets, empty for all addresses.
struct Written {
  std::string_view host;
  std::uint16_t port = 0;
};

std::optional<std::uint16_t> parsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

Written readAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) refuse(text, "expected host:port");
  const auto port = parsePort(text.substr(colon + 1));
  if (!port) refuse(text, "expected a port from 0 to 65535 after the last colon");
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos) {
    refuse(text, "expected host:port, an IPv6 address in brackets");
  }
  // The server below takes no zone index, so a link-local address could not be bound anyway.
  if (host.find('%') != std::string_view::npos) refuse(text, "zones are not supported");
  return {host, *port};
}

// The numeric form of a name or address, IPv4 before IPv6.
std::pair<Family, std::string> resolve(std::string_view configured, const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error == EAI_SYSTEM) refuse(configured, reasonOf(errno));
  if (error != 0) refuse(configured, ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  const addrinfo* best = nullptr;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    if (best == nullptr || (best->ai_family == AF_INET6 && entry->ai_family == AF_INET)) {
      best = entry;
    }
  }
  if (best == nullptr) refuse(configured, "no IPv4 or IPv6 address of that name");
  char text[NI_MAXHOST];
  if (::getnameinfo(best->ai_addr, best->ai_addrlen, text, sizeof text, nullptr, 0,
                    NI_NUMERICHOST) != 0) {
    refuse(configured, "no numeric form of the address");
  }
  return {best->ai_family == AF_INET ? Family::kIpv4 : Family::kIpv6, text};
}

// Binds and listens as the server will.
Socket listenOn(const ListenAddress& address) {
  const bool ipv4 = address.family == Family::kIpv4;
  Socket socket(ipv4 ? AF_INET : AF_INET6);
  if (socket.get() < 0) refuse(address.text(), reasonOf(errno));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (ipv4) {
    auto& internet = reinterpret_cast<sockaddr_in&>(storage);
    internet.sin_family = AF_INET;
    internet.sin_port = htons(address.port);
    ::inet_pton(AF_INET, address.host.c_str(), &internet.sin_addr);
    size = sizeof internet;
  } else {
    const int only = address.family == Family::kIpv6 ? 1 : 0;
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
    auto& internet = reinterpret_cast<sockaddr_in6&>(storage);
    internet.sin6_family = AF_INET6;
    internet.sin6_port = htons(address.port);
    ::inet_pton(AF_INET6, address.host.c_str(), &internet.sin6_addr);
    size = sizeof internet;
  }
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0 ||
      ::listen(socket.get(), 1) != 0) {
    refuse(address.text(), reasonOf(errno));
  }
  return socket;
}

}  // namespace

std::string ListenAddress::textWithPort(int boundPort) const {
  const bool bracketed = family != Family::kIpv4;
  return (bracketed ? "[" + host + "]:" : host + ":") + std::to_string(boundPort);
}

void checkListenAddress(std::string_view text) { readAddress(text); }

ListenAddress parseListenAddress(std::string_view text) {
  const auto [host, port] = readAddress(text);
  ListenAddress address{.configured = std::string(text), .host = std::string(host), .port = port};
  if (host.empty() || host == "::") {
    address.family = hostHasIpv6() ? Family::kBoth : Family::kIpv4;
    address.host = address.family == Family::kBoth ? "::" : "0.0.0.0";
  } else {
    std::tie(address.family, address.host) = resolve(text, address.host);
  }
  return address;
}

void checkListenable(const std::vector<ListenAddress>& addresses) {
  std::vector<Socket> held;  // until the end: two of the addresses may exclude each other
  held.reserve(addresses.size());
  for (const ListenAddress& address : addresses) held.push_back(listenOn(address));
}

}  // namespace orchestrator_exporter::http
