#include "exporter/daemons/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>

namespace orchestrator_exporter {

namespace {

constexpr int kNoWaiting = SOCK_CLOEXEC | SOCK_NONBLOCK;

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Addresses resolve(const std::string& host, std::uint16_t port, int type, const std::string& peer) {
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) throw SocketError(peer + ": " + gai_strerror(error));
  return {found, freeaddrinfo};
}

}  // namespace

void Socket::fail(int error) const {
  throw SocketError(peer_ + ": " + std::generic_category().message(error));
}

void Socket::wait(short events) const {
  pollfd polled{descriptor_.get(), events, 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    const auto most = std::numeric_limits<int>::max();
    const auto milliseconds = std::clamp<std::int64_t>(left.count(), 0, most);
    const int ready = poll(&polled, 1, static_cast<int>(milliseconds));
    if (ready > 0) return;
    if (ready == 0) fail(ETIMEDOUT);
    if (errno != EINTR) fail(errno);
  }
}

void Socket::connect(const void* address, unsigned addressBytes) {
  if (!descriptor_.isOpen()) fail(errno);
  // A quick answer would do without waiting, and hide that the time is up.
  if (deadline_ <= Clock::now()) fail(ETIMEDOUT);
  if (::connect(descriptor_.get(), static_cast<const sockaddr*>(address), addressBytes) == 0)
    return;
  if (errno != EINPROGRESS) fail(errno);
  wait(POLLOUT);
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(descriptor_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) fail(error);
}

// A host with several addresses may answer at one of them only; the last failure tells. IPv4 comes
// first: a datagram to the wrong one of localhost's two is lost.
Socket Socket::open(const std::string& host, std::uint16_t port, int type,
                    Clock::time_point deadline) {
  const std::string peer = host + ":" + std::to_string(port);
  const Addresses addresses = resolve(host, port, type, peer);
  std::optional<SocketError> failure;
  for (const int family : {AF_INET, AF_INET6}) {
    for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
      if (at->ai_family != family) continue;
      try {
        Socket made(Descriptor(::socket(family, type | kNoWaiting, 0)), peer, deadline);
        made.connect(at->ai_addr, at->ai_addrlen);
        return made;
      } catch (const SocketError& error) {
        failure = error;
      }
    }
  }
  throw failure.value_or(SocketError(peer + ": has no address"));
}

Socket Socket::stream(const std::string& host, std::uint16_t port, Clock::time_point deadline) {
  return open(host, port, SOCK_STREAM, deadline);
}

Socket Socket::datagram(const std::string& host, std::uint16_t port, Clock::time_point deadline) {
  return open(host, port, SOCK_DGRAM, deadline);
}

Socket Socket::local(const std::string& path, Clock::time_point deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw SocketError(path + ": too long for a socket");
  std::memcpy(address.sun_path, path.data(), path.size());
  Socket made(Descriptor(::socket(AF_UNIX, SOCK_STREAM | kNoWaiting, 0)), path, deadline);
  made.connect(&address, sizeof address);
  return made;
}

void Socket::setHopLimit(int hops) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  if (getsockname(descriptor_.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0) fail(errno);
  const bool six = own.ss_family == AF_INET6;
  const int level = six ? static_cast<int>(IPPROTO_IPV6) : static_cast<int>(IPPROTO_IP);
  const int option = six ? IPV6_UNICAST_HOPS : IP_TTL;
  if (setsockopt(descriptor_.get(), level, option, &hops, sizeof hops) != 0) fail(errno);
}

void Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      wait(POLLOUT);
    } else if (errno != EINTR) {
      fail(errno);
    }
  }
}

std::size_t Socket::receive(char* bytes, std::size_t size) {
  while (true) {
    const ssize_t got = recv(descriptor_.get(), bytes, size, 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN) {
      wait(POLLIN);
    } else if (errno != EINTR) {
      fail(errno);
    }
  }
}

}  // namespace orchestrator_exporter
