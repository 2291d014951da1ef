#include "http/ingest/statsd/sockets.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "http/server/socket_address.h"

namespace orchestrator_exporter::http::statsd {
namespace {

constexpr int kBacklog = 128;

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
  if (!socket) refuseToListen(text, errno);
  if (where.any.sa_family == AF_INET6) {
    set(socket, IPPROTO_IPV6, IPV6_V6ONLY, address.family == Family::kIpv6 ? 1 : 0);
  }
  if (type == SOCK_STREAM) set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(socket.get(), &where.any, size) != 0) refuseToListen(text, errno);
  return socket;
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
  if (::listen(socket.get(), kBacklog) != 0) refuseToListen(address, errno);
  return socket;
}

OwnedSocket listenUnixgram(const std::string& path, mode_t mode, int bufferBytes) {
  SocketAddress where;
  if (path.size() >= sizeof where.file.sun_path) refuseToListen(path, ENAMETOOLONG);
  ListenAddress address;
  address.family = ListenAddress::Family::kUnix;
  address.host = path;
  const socklen_t size = fill(where, address);
  OwnedSocket socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) refuseToListen(path, errno);
  removeStale(where, size, SOCK_DGRAM);
  if (::bind(socket.get(), &where.any, size) != 0 || ::chmod(path.c_str(), mode) != 0) {
    refuseToListen(path, errno);
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
