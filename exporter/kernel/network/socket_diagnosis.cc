#include "exporter/kernel/network/socket_diagnosis.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

namespace orchestrator_exporter {

namespace {

constexpr std::uint32_t kAllStates = 0xfff;  // a bit for each of TCP_ESTABLISHED to TCP_CLOSING

}  // namespace

TcpSockets SocketDiagnosis::tcp(std::uint8_t family) {
  inet_diag_req_v2 header{};
  header.sdiag_family = family;
  header.sdiag_protocol = IPPROTO_TCP;
  header.idiag_states = kAllStates;
  TcpSockets all;
  socket_.dump(
      {"netlink SOCK_DIAG_BY_FAMILY", SOCK_DIAG_BY_FAMILY, header}, [&] { all = {}; },
      [&](const NetlinkMessage& message) {
        const auto one = message.header<inet_diag_msg>();
        ++all.byState[one.idiag_state];
        ++all.sockets;
        all.receiveQueueBytes += one.idiag_rqueue;
        all.transmitQueueBytes += one.idiag_wqueue;
      });
  return all;
}

}  // namespace orchestrator_exporter
