#include "http/ingest/statsd/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "http/server/listen_address.h"

namespace orchestrator_exporter::http::statsd {
namespace {

constexpr int kBacklog = 128;

[[noreturn]] void refuse(const std::string& address, int error) {
  throw std::runtime_error("cannot listen on " + address + ": " +
                           std::generic_category().message(error));
}

union SocketAddress {
  sockaddr any;
  sockaddr_in ipv4;
  sockaddr_in6 ipv6;
  sockaddr_un file;
};

socklen_t fill(SocketAddress& into, const ListenAddress& address) {
  into = {};
  if (address.family == ListenAddress::Family::kIpv4) {
    into.ipv4.sin_family = AF_INET;
    into.ipv4.sin_port = htons(static_cast<std::uint16_t>(address.port));
    ::inet_pton(AF_INET, address.host.c_str(), &into.ipv4.sin_addr);
    return sizeof into.ipv4;
  }
  into.ipv6.sin6_family = AF_INET6;
  into.ipv6.sin6_port = htons(static_cast<std::uint16_t>(address.port));
  ::inet_pton(AF_INET6, address.host.c_str(), &into.ipv6.sin6_addr);
  return sizeof into.ipv6;
}

void set(const OwnedSocket& socket, int level, int name, int value) {
  ::setsockopt(socket.get(), level, name, &value, sizeof value);
}

// The kernel takes twice of it, for its own. Beyond net.core.rmem_max is for who has CAP_NET_ADMIN.
void setBuffer(const OwnedSocket& socket, int bytes) {
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;
  set(socket, SOL_SOCKET, SO_RCVBUF, bytes);
}

OwnedSocket bound(const std::string& text, int type) {
  const ListenAddress address = parseListenAddress(text);
  using Family = ListenAddress::Family;
  if (address.family == Family::kUnix || address.family == Family::kVsock) {
    throw std::runtime_error("cannot listen on " + text + ": expected host:port");
  }
  SocketAddress where;
  const socklen_t size = fill(where, address);
  OwnedSocket socket(::socket(where.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) refuse(text, errno);
  if (where.any.sa_family == AF_INET6) {
    set(socket, IPPROTO_IPV6, IPV6_V6ONLY, address.family == Family::kIpv6 ? 1 : 0);
  }
  if (type == SOCK_STREAM) set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(socket.get(), &where.any, size) != 0) refuse(text, errno);
  return socket;
}

// The file of a socket stays when its process dies; nobody listens there then.
void removeStale(const SocketAddress& where) {
  struct stat status {};
  if (::lstat(where.file.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const OwnedSocket probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe) return;
  if (::connect(probe.get(), &where.any, sizeof where.file) != 0 && errno == ECONNREFUSED) {
    ::unlink(where.file.sun_path);
  }
}

}  // namespace

OwnedSocket::~OwnedSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OwnedSocket listenUdp(const std::string& address, int bufferBytes) {
  OwnedSocket socket = bound(address, SOCK_DGRAM);
  setBuffer(socket, bufferBytes);
  set(socket, SOL_SOCKET, SO_RXQ_OVFL, 1);
  return socket;
}

OwnedSocket listenTcp(const std::string& address) {
  OwnedSocket socket = bound(address, SOCK_STREAM);
  if (::listen(socket.get(), kBacklog) != 0) refuse(address, errno);
  return socket;
}

OwnedSocket listenUnixgram(const std::string& path, mode_t mode, int bufferBytes) {
  SocketAddress where{};
  where.file.sun_family = AF_UNIX;
  if (path.size() >= sizeof where.file.sun_path) refuse(path, ENAMETOOLONG);
  path.copy(where.file.sun_path, path.size());
  OwnedSocket socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) refuse(path, errno);
  removeStale(where);
  if (::bind(socket.get(), &where.any, sizeof where.file) != 0 ||
      ::chmod(path.c_str(), mode) != 0) {
    refuse(path, errno);
  }
  setBuffer(socket, bufferBytes);
  return socket;
}

std::uint16_t portOf(const OwnedSocket& socket) {
  SocketAddress where{};
  socklen_t size = sizeof where;
  if (::getsockname(socket.get(), &where.any, &size) != 0) return 0;
  return ntohs(where.any.sa_family == AF_INET ? where.ipv4.sin_port : where.ipv6.sin6_port);
}

}  // namespace orchestrator_exporter::http::statsd
