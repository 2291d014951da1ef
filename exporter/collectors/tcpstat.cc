#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/network/socket_diagnosis.h"

namespace orchestrator_exporter {

namespace {

// TCP_ESTABLISHED is 1.
constexpr std::array<std::string_view, 12> kStates = {
    "unknown",   "established", "syn_sent",   "syn_recv", "fin_wait1", "fin_wait2",
    "time_wait", "close",       "close_wait", "last_ack", "listen",    "closing"};

void add(TcpSockets& sum, const TcpSockets& more) {
  for (std::size_t state = 0; state < sum.byState.size(); ++state) {
    sum.byState[state < kStates.size() ? state : 0] += more.byState[state];
  }
  sum.sockets += more.sockets;
  sum.receiveQueueBytes += more.receiveQueueBytes;
  sum.transmitQueueBytes += more.transmitQueueBytes;
}

class Tcpstat final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    TcpSockets sockets;
    complaints_.attempt([&] { add(sockets, diagnosis_.tcp(AF_INET)); });
    if (kernel.exists("proc/net/tcp6")) {
      complaints_.attempt([&] { add(sockets, diagnosis_.tcp(AF_INET6)); });
    }
    complaints_.failIfNothingWasRead();
    if (sockets.sockets == 0) return;

    const ScalarFamily states = out.gauge(
        "node_tcp_connection_states",
        "TCP sockets by state; rx_queued_bytes and tx_queued_bytes are the bytes in their queues.");
    for (std::size_t state = 0; state < kStates.size(); ++state) {
      if (sockets.byState[state] == 0) continue;
      states.add(static_cast<double>(sockets.byState[state]), {{"state", kStates[state]}});
    }
    states.add(static_cast<double>(sockets.receiveQueueBytes), {{"state", "rx_queued_bytes"}});
    states.add(static_cast<double>(sockets.transmitQueueBytes), {{"state", "tx_queued_bytes"}});
  }

  std::string complaint() const override { return complaints_.text(); }

  SocketDiagnosis diagnosis_;
  Complaints complaints_;
};

const RegisterCollector<Tcpstat> tcpstat{
    {.name = "tcpstat", .onByDefault = kOffByDefault, .reads = "netlink SOCK_DIAG_BY_FAMILY"}};

}  // namespace

}  // namespace orchestrator_exporter
