#include "http/server/socket_address.h"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace orchestrator_exporter::http {

using Family = ListenAddress::Family;

socklen_t fill(SocketAddress& into, const ListenAddress& address) {
  into.storage = {};
  switch (address.family) {
    case Family::kIpv4:
      into.ipv4.sin_family = AF_INET;
      into.ipv4.sin_port = htons(static_cast<std::uint16_t>(address.port));
      ::inet_pton(AF_INET, address.host.c_str(), &into.ipv4.sin_addr);
      return sizeof into.ipv4;
    case Family::kIpv6:
    case Family::kBoth:
      into.ipv6.sin6_family = AF_INET6;
      into.ipv6.sin6_port = htons(static_cast<std::uint16_t>(address.port));
      ::inet_pton(AF_INET6, address.host.c_str(), &into.ipv6.sin6_addr);
      return sizeof into.ipv6;
    case Family::kUnix:
      into.file.sun_family = AF_UNIX;
      address.host.copy(into.file.sun_path, sizeof into.file.sun_path - 1);
      return sizeof into.file;
    case Family::kVsock:
      into.vsock.svm_family = AF_VSOCK;
      into.vsock.svm_port = address.port;
      into.vsock.svm_cid = VMADDR_CID_ANY;
      return sizeof into.vsock;
  }
  return 0;
}

void refuseToListen(const std::string& address, int error) {
  throw std::runtime_error("cannot listen on " + address + ": " +
                           std::generic_category().message(error));
}

void removeStale(const SocketAddress& address, socklen_t size, int type) {
  struct stat status {};
  if (::lstat(address.file.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  const int probe = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (probe < 0) return;
  if (::connect(probe, &address.any, size) != 0 && errno == ECONNREFUSED) {
    ::unlink(address.file.sun_path);
  }
  ::close(probe);
}

}  // namespace orchestrator_exporter::http
