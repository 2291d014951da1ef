#include "http/front/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/server/socket_address.h"

namespace orchestrator_exporter::http {
namespace {

using Family = ListenAddress::Family;

constexpr int kBacklog = 1'024;

int portOf(const SocketAddress& address) {
  switch (address.any.sa_family) {
    case AF_INET:
      return ntohs(address.ipv4.sin_port);
    case AF_INET6:
      return ntohs(address.ipv6.sin6_port);
    case AF_VSOCK:
      return static_cast<int>(address.vsock.svm_port);
    default:
      return 0;
  }
}

// Answers leave in few writes, none of which shall wait for an acknowledgement. Connections have it
// from the socket that listens; one without TCP does not wait anyway.
void sendAtOnce(int listening) {
  const int on = 1;
  ::setsockopt(listening, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// What a socket that was handed in listens on.
std::string textOf(const SocketAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const std::string port = std::to_string(portOf(address));
  switch (address.any.sa_family) {
    case AF_INET:
      ::inet_ntop(AF_INET, &address.ipv4.sin_addr, text.data(), text.size());
      return std::string(text.data()) + ":" + port;
    case AF_INET6:
      ::inet_ntop(AF_INET6, &address.ipv6.sin6_addr, text.data(), text.size());
      return "[" + std::string(text.data()) + "]:" + port;
    case AF_VSOCK:
      return "vsock://:" + port;
    default:
      return "unix:" + std::string(address.file.sun_path);
  }
}

// By hand: inet_ntop(3) goes through printf(3), for each new connection.
Peer peerOfIpv4(const std::uint8_t* address) {
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) text += '.';
    text += std::to_string(address[i]);
  }
  constexpr std::uint8_t kLoopbackNetwork = 127;
  return {std::move(text), address[0] == kLoopbackNetwork};
}

Peer peerOf(const SocketAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  switch (address.any.sa_family) {
    case AF_INET:
      return peerOfIpv4(reinterpret_cast<const std::uint8_t*>(&address.ipv4.sin_addr));
    case AF_INET6: {
      const in6_addr& ipv6 = address.ipv6.sin6_addr;
      if (IN6_IS_ADDR_V4MAPPED(&ipv6)) return peerOfIpv4(ipv6.s6_addr + 12);
      ::inet_ntop(AF_INET6, &ipv6, text.data(), text.size());
      return {text.data(), IN6_IS_ADDR_LOOPBACK(&ipv6) != 0};
    }
    case AF_VSOCK:
      return {"vsock:" + std::to_string(address.vsock.svm_cid)};
    default:
      return {"unix", true};
  }
}

}  // namespace

Listener::Listener(const ListenAddress& address) {
  SocketAddress bound;
  socklen_t size = fill(bound, address);
  const std::string text = address.text();
  socket_ = ::socket(bound.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0) refuseToListen(text, errno);
  const int on = 1;
  const int only = address.family == Family::kIpv6 ? 1 : 0;
  ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bound.any.sa_family == AF_INET6) {
    ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  sendAtOnce(socket_);
  if (address.family == Family::kUnix) removeStale(bound, size, SOCK_STREAM);
  if (::bind(socket_, &bound.any, size) != 0 || ::listen(socket_, kBacklog) != 0) {
    const int error = errno;
    ::close(std::exchange(socket_, -1));
    refuseToListen(text, error);
  }
  if (address.family == Family::kUnix) file_ = address.host;
  ::getsockname(socket_, &bound.any, &size);
  port_ = portOf(bound);
  text_ = address.textWithPort(static_cast<std::uint32_t>(port_));
}

Listener::Listener(Listener&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      port_(other.port_),
      text_(std::move(other.text_)),
      file_(std::exchange(other.file_, {})) {}

Listener::~Listener() { close(); }

void Listener::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  if (!file_.empty()) ::unlink(std::exchange(file_, {}).c_str());
}

Listener Listener::inherited(int descriptor) {
  Listener listener;
  SocketAddress bound{};
  socklen_t size = sizeof bound;
  int type = 0;
  int listening = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM ||
      ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 ||
      listening == 0 || ::getsockname(descriptor, &bound.any, &size) != 0) {
    throw std::runtime_error("cannot listen on descriptor " + std::to_string(descriptor) +
                             " of systemd: expected a stream socket that listens");
  }
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  sendAtOnce(descriptor);
  listener.socket_ = descriptor;
  listener.port_ = portOf(bound);
  listener.text_ = textOf(bound);
  return listener;
}

int Listener::accept(Peer& peer) const {
  SocketAddress address{};
  socklen_t size = sizeof address;
  const int accepted = ::accept4(socket_, &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted >= 0) peer = peerOf(address);
  return accepted;
}

std::vector<Listener> inheritedListeners() {
  constexpr int kFirst = 3;
  const auto number = [](const char* name) {
    const char* const value = std::getenv(name);
    const std::string_view text = value == nullptr ? "" : value;
    int parsed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    return error == std::errc{} && end == text.data() + text.size() ? parsed : 0;
  };
  const bool ours = number("LISTEN_PID") == ::getpid();
  const int count = number("LISTEN_FDS");
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  if (!ours || count <= 0) {
    throw std::runtime_error("--web.systemd-socket: systemd has passed no socket to this process");
  }
  std::vector<Listener> listeners;
  for (int i = 0; i < count; ++i) listeners.push_back(Listener::inherited(kFirst + i));
  return listeners;
}

}  // namespace orchestrator_exporter::http
