#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

// "proc2 18 100 101 …"
std::string procedures(std::string_view key, int first, int count) {
  std::string row = std::string(key) + " " + std::to_string(count);
  for (int i = 0; i < count; ++i) row += " " + std::to_string(first + i);
  return row + "\n";
}

std::string nfsError(std::string_view text) {
  TempSystem system;
  system.file("proc/net/rpc/nfs", text);
  return collectError("nfs", system);
}

}  // namespace

TEST(Nfs, ReportsCallsAndRequests) {
  TempSystem system;
  system.file("proc/net/rpc/nfs", "net 70 1 69 45\nrpc 1218 374 1219\n" +
                                      procedures("proc2", 100, 18) + procedures("proc3", 200, 22) +
                                      procedures("proc4", 300, 61));
  const std::string text = collectText("nfs", system);
  for (const char* expected :
       {"# TYPE node_nfs_packets_total counter\n"
        "node_nfs_packets_total{protocol=\"udp\"} 1\n"
        "node_nfs_packets_total{protocol=\"tcp\"} 69\n",
        "node_nfs_connections_total 45\n", "node_nfs_rpcs_total 1218\n",
        "node_nfs_rpc_retransmissions_total 374\n",
        "node_nfs_rpc_authentication_refreshes_total 1219\n",
        "# TYPE node_nfs_requests_total counter\n"
        "node_nfs_requests_total{method=\"Null\",proto=\"2\"} 100\n",
        "{method=\"FsStat\",proto=\"2\"} 117\n", "{method=\"Null\",proto=\"3\"} 200\n",
        "{method=\"Commit\",proto=\"3\"} 221\n", "{method=\"Null\",proto=\"4\"} 300\n",
        "{method=\"Clone\",proto=\"4\"} 358\n"}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
}

TEST(Nfs, GivesZeroForRowsAndColumnsThatAreMissing) {
  TempSystem system;
  system.file("proc/net/rpc/nfs", procedures("proc4", 300, 2));
  const std::string samples = collectSamples("nfs", system);
  EXPECT_THAT(samples, HasSubstr("node_nfs_rpcs_total 0\n"));
  EXPECT_THAT(samples, HasSubstr("{method=\"Null\",proto=\"2\"} 0\n"));
  EXPECT_THAT(samples, HasSubstr("{method=\"Read\",proto=\"4\"} 301\n"));
  EXPECT_THAT(samples, HasSubstr("{method=\"Write\",proto=\"4\"} 0\n"));
}

TEST(Nfs, HasNoDataWithoutItsFile) { EXPECT_EQ(collectError("nfs", TempSystem()), "no data"); }

TEST(Nfs, FailsOnAWord) {
  EXPECT_EQ(nfsError("net 1 2 3 many\n"),
            "proc/net/rpc/nfs:1: expected a whole number of at most 64 bits, got 'many'");
}

TEST(Nfs, FailsOnAnotherNumberOfValues) {
  EXPECT_EQ(nfsError("net 1 2 3\n"),
            "proc/net/rpc/nfs:1: expected another number of values, got 'net 1 2 3'");
  EXPECT_EQ(nfsError("proc4 3 1 2\n"),
            "proc/net/rpc/nfs:1: expected another number of values, got 'proc4 3 1 2'");
  EXPECT_THAT(nfsError(procedures("proc2", 1, 17)), HasSubstr("another number of values"));
}

TEST(Nfs, FailsOnUnknownAndEmptyRows) {
  EXPECT_EQ(nfsError("other 1\n"), "proc/net/rpc/nfs:1: expected a known key, got 'other'");
  EXPECT_EQ(nfsError("\n"), "proc/net/rpc/nfs:1: expected a key and numbers, got ''");
}

}  // namespace orchestrator_exporter
