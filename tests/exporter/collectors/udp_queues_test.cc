#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kHeader = "  sl  local_address rem_address   st tx_queue rx_queue\n";

std::string socketRow(std::string_view queues) {
  return "  0: 0100007F:0035 00000000:0000 07 " + std::string(queues) + "\n";
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

TEST(UdpQueues, LeavesOutASocketWhoseRowIsGarbled) {
  const auto complaintOf = [](const std::string& row) {
    TempSystem system;
    system.file("proc/net/udp", std::string(kHeader) + row + socketRow("00000010:00000020"))
        .file("proc/net/udp6", kHeader);
    EXPECT_EQ(collectSamples("udp_queues", system),
              "node_udp_queues{ip=\"v4\",queue=\"tx\"} 16\n"
              "node_udp_queues{ip=\"v4\",queue=\"rx\"} 32\n"
              "node_udp_queues{ip=\"v6\",queue=\"tx\"} 0\n"
              "node_udp_queues{ip=\"v6\",queue=\"rx\"} 0\n");
    return collectComplaint("udp_queues", system);
  };
  EXPECT_EQ(complaintOf("  0: 0100007F:0035\n"),
            "proc/net/udp:2: expected at least 5 columns, got 2");
  EXPECT_EQ(complaintOf(socketRow("0:many")),
            "proc/net/udp:2: expected two hexadecimal numbers around a colon, got '0:many'");
  EXPECT_EQ(complaintOf(socketRow("7")),
            "proc/net/udp:2: expected two hexadecimal numbers around a colon, got '7'");
  EXPECT_EQ(complaintOf("\nan unknown line\n"), "");
}

TEST(UdpQueues, GivesTheOtherFileWhereOneCannotBeRead) {
  TempSystem system;
  system.file("proc/net/udp", "no such thing\n").file("proc/net/udp6", kHeader);
  EXPECT_EQ(collectSamples("udp_queues", system),
            "node_udp_queues{ip=\"v6\",queue=\"tx\"} 0\n"
            "node_udp_queues{ip=\"v6\",queue=\"rx\"} 0\n");
  EXPECT_EQ(collectComplaint("udp_queues", system),
            "proc/net/udp:1: expected a header, got 'no such thing'");
}

}  // namespace orchestrator_exporter
