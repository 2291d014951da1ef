#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

// "proc2 18 100 101 …"
std::string procedures(std::string_view key, int first, int count) {
  std::string row = std::string(key) + " " + std::to_string(count);
  for (int i = 0; i < count; ++i) row += " " + std::to_string(first + i);
  return row + "\n";
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

TEST(Nfs, LeavesOutARowThatMakesNoSense) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/net/rpc/nfs", std::string(row) + "rpc 1218 374 1219\n");
    const std::string samples = collectSamples("nfs", system);
    EXPECT_THAT(samples, HasSubstr("node_nfs_rpcs_total 1218\n"));
    EXPECT_THAT(samples, Not(HasSubstr(row.starts_with("net") ? "packets" : "proto=\"4\"")));
    return collectComplaint("nfs", system);
  };
  EXPECT_EQ(complaintOf("net 1 2 3 many\n"),
            "proc/net/rpc/nfs:1: expected a whole number of at most 64 bits, got 'many'");
  EXPECT_EQ(complaintOf("net 1 2 3\n"),
            "proc/net/rpc/nfs:1: expected another number of values, got 'net 1 2 3'");
  EXPECT_EQ(complaintOf("proc4 3 1 2\n"),
            "proc/net/rpc/nfs:1: expected another number of values, got 'proc4 3 1 2'");
  EXPECT_EQ(complaintOf("proc4\n"), "proc/net/rpc/nfs:1: expected at least 2 columns, got 1");
}

TEST(Nfs, PassesOverWhatNewerKernelsAppend) {
  TempSystem system;
  system.file("proc/net/rpc/nfs",
              "net 70 1 69 45 9\n\nother words\nproc5 1 7\nrpc 1218 374 1219 9\n");
  EXPECT_THAT(collectSamples("nfs", system),
              testing::AllOf(HasSubstr("node_nfs_connections_total 45\n"),
                             HasSubstr("node_nfs_rpcs_total 1218\n")));
  EXPECT_EQ(collectComplaint("nfs", system), "");
}

TEST(Nfs, FailsOnAFileOfAnotherKind) {
  TempSystem system;
  system.file("proc/net/rpc/nfs", "other 1\n");
  EXPECT_EQ(collectError("nfs", system),
            "proc/net/rpc/nfs:1: expected a row of RPC statistics, got 'other 1\\x0a'");
}

}  // namespace orchestrator_exporter
