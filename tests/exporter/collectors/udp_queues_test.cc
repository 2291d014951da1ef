#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kHeader = "  sl  local_address rem_address   st tx_queue rx_queue\n";

std::string socketRow(std::string_view local, std::string_view queues,
                      std::string_view user = "0") {
  return "  0: " + std::string(local) + " 00000000:0000 07 " + std::string(queues) +
         " 00:00000000 00000000 " + std::string(user) + " 0 16230 2 0000000000000000 0\n";
}

std::string udpError(const std::string& row) {
  TempSystem system;
  system.file("proc/net/udp", std::string(kHeader) + row);
  return collectError("udp_queues", system);
}

}  // namespace

TEST(UdpQueues, AddsUpTheQueuesOfAllSockets) {
  EXPECT_EQ(collectText("udp_queues", fixture("typical")),
            R"(# HELP node_udp_queues Bytes that wait in the queues of all UDP sockets together.
# TYPE node_udp_queues gauge
node_udp_queues{ip="v4",queue="tx"} 16
node_udp_queues{ip="v4",queue="rx"} 768
node_udp_queues{ip="v6",queue="tx"} 0
node_udp_queues{ip="v6",queue="rx"} 0
)");
}

TEST(UdpQueues, LeavesOutTheFileThatIsMissing) {
  TempSystem system;
  system.file("proc/net/udp6", kHeader);
  EXPECT_EQ(collectSamples("udp_queues", system),
            "node_udp_queues{ip=\"v6\",queue=\"tx\"} 0\n"
            "node_udp_queues{ip=\"v6\",queue=\"rx\"} 0\n");
}

TEST(UdpQueues, HasNoDataWhereBothFilesAreMissing) {
  EXPECT_EQ(collectError("udp_queues", TempSystem()), "no data");
}

TEST(UdpQueues, FailsOnAShortRow) {
  EXPECT_EQ(udpError("  0: 0100007F:0035\n"), "proc/net/udp:2: expected at least 3 columns, got 2");
}

TEST(UdpQueues, FailsOnGarbledColumns) {
  EXPECT_EQ(udpError(socketRow("0100007F", "0:0")),
            "proc/net/udp:2: expected two values around one colon, got '0100007F'");
  EXPECT_EQ(udpError(socketRow("01007F:0035", "0:0")),
            "proc/net/udp:2: expected an IP address, got '01007F'");
  EXPECT_EQ(udpError(socketRow("0100007F:port", "0:0")),
            "proc/net/udp:2: expected a hexadecimal number, got 'port'");
  EXPECT_EQ(udpError(socketRow("0100007F:0035", "0:many")),
            "proc/net/udp:2: expected a hexadecimal number, got 'many'");
  EXPECT_EQ(udpError(socketRow("0100007F:0035", "0:0", "root")),
            "proc/net/udp:2: expected a whole number, got 'root'");
}

}  // namespace orchestrator_exporter
