#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
// After sys/socket.h, on whose types it builds.
#include <linux/vm_sockets.h>

#include <string>

#include "http/server/listen_address.h"

namespace orchestrator_exporter::http {

// An address as the kernel takes it, of whatever family.
union SocketAddress {
  sockaddr any;
  sockaddr_storage storage;
  sockaddr_in ipv4;
  sockaddr_in6 ipv6;
  sockaddr_un file;
  sockaddr_vm vsock;
};

// Fills in what to bind a socket to; returns its size. A path that is too long is cut.
socklen_t fill(SocketAddress& into, const ListenAddress& address);

// Throws std::runtime_error, "cannot listen on ADDRESS: Address already in use" for EADDRINUSE.
[[noreturn]] void refuseToListen(const std::string& address, int error);

// The file of a unix socket stays when its process dies; nobody answers there then. Takes such a
// one of this type (SOCK_STREAM, SOCK_DGRAM) away.
void removeStale(const SocketAddress& address, socklen_t size, int type);

}  // namespace orchestrator_exporter::http
