#pragma once

#include <linux/netlink.h>

#include <array>
#include <cstdint>

#include "exporter/kernel/network/netlink.h"

namespace orchestrator_exporter {

// The TCP sockets of one address family, added up.
struct TcpSockets {
  std::array<std::uint64_t, 256> byState{};  // TCP_ESTABLISHED and so on of netinet/tcp.h
  std::uint64_t sockets = 0;
  std::uint64_t receiveQueueBytes = 0;
  std::uint64_t transmitQueueBytes = 0;
};

// Asks the kernel for its sockets (man 7 sock_diag). Throws as NetlinkSocket does. For one thread
// at a time.
class SocketDiagnosis {
 public:
  // Of AF_INET or AF_INET6.
  TcpSockets tcp(std::uint8_t family);

 private:
  NetlinkSocket socket_{NETLINK_SOCK_DIAG};
};

}  // namespace orchestrator_exporter
