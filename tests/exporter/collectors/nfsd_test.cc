#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

std::string procedures(std::string_view key, int first, int count) {
  std::string row = std::string(key) + " " + std::to_string(count);
  for (int i = 0; i < count; ++i) row += " " + std::to_string(first + i);
  return row + "\n";
}

}  // namespace

TEST(Nfsd, ReportsTheServersRows) {
  TempSystem system;
  system.file("proc/net/rpc/nfsd",
              "rc 1 6 18622\nfh 2 0 0 0 0\nio 157286400 72864\n"
              "th 8 0 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000\n"
              "ra 32 0 0 0 0 0 0 0 0 0 0 7\nnet 18628 3 18625 9\nrpc 18629 9 4 5 6\n");
  const std::string text = collectText("nfsd", system);
  for (const char* expected :
       {"node_nfsd_reply_cache_hits_total 1\n", "node_nfsd_reply_cache_misses_total 6\n",
        "node_nfsd_reply_cache_nocache_total 18622\n", "node_nfsd_file_handles_stale_total 2\n",
        "node_nfsd_disk_bytes_read_total 157286400\n", "node_nfsd_disk_bytes_written_total 72864\n",
        "# TYPE node_nfsd_server_threads gauge\nnode_nfsd_server_threads 8\n",
        "# TYPE node_nfsd_read_ahead_cache_size_blocks gauge\n"
        "node_nfsd_read_ahead_cache_size_blocks 32\n",
        "# TYPE node_nfsd_read_ahead_cache_not_found_total counter\n"
        "node_nfsd_read_ahead_cache_not_found_total 7\n",
        "node_nfsd_packets_total{proto=\"udp\"} 3\nnode_nfsd_packets_total{proto=\"tcp\"} 18625\n",
        "node_nfsd_connections_total 9\n", "node_nfsd_server_rpcs_total 18629\n",
        "node_nfsd_rpc_errors_total{error=\"fmt\"} 4\n"
        "node_nfsd_rpc_errors_total{error=\"auth\"} 5\n"
        "node_nfsd_rpc_errors_total{error=\"cInt\"} 6\n"}) {
    EXPECT_THAT(text, HasSubstr(expected));
  }
}

TEST(Nfsd, ReportsRequestsOfEachVersion) {
  TempSystem system;
  system.file("proc/net/rpc/nfsd", procedures("proc2", 100, 18) + procedures("proc3", 200, 22) +
                                       "proc4 2 7 8\n" + procedures("proc4ops", 300, 76) +
                                       "wdeleg_getattr 16\n");
  const std::string samples = collectSamples("nfsd", system);
  for (const char* expected :
       {"{method=\"GetAttr\",proto=\"2\"} 101\n", "{method=\"FsStat\",proto=\"2\"} 117\n",
        "{method=\"GetAttr\",proto=\"3\"} 201\n", "{method=\"Commit\",proto=\"3\"} 221\n",
        "{method=\"Access\",proto=\"4\"} 303\n", "{method=\"PutFH\",proto=\"4\"} 322\n",
        "{method=\"Read\",proto=\"4\"} 325\n", "{method=\"Write\",proto=\"4\"} 338\n",
        "{method=\"RelLockOwner\",proto=\"4\"} 339\n",
        "{method=\"WdelegGetattr\",proto=\"4\"} 16\n"}) {
    EXPECT_THAT(samples, HasSubstr("node_nfsd_requests_total" + std::string(expected)));
  }
  EXPECT_THAT(samples, Not(HasSubstr("Null")));
  EXPECT_THAT(samples, Not(HasSubstr("method=\"\"")));
}

TEST(Nfsd, GivesZeroForRowsThatAreMissing) {
  TempSystem system;
  system.file("proc/net/rpc/nfsd", "rc 1 6 18622\n");
  const std::string samples = collectSamples("nfsd", system);
  EXPECT_THAT(samples, HasSubstr("node_nfsd_server_threads 0\n"));
  EXPECT_THAT(samples, HasSubstr("{method=\"WdelegGetattr\",proto=\"4\"} 0\n"));
}

TEST(Nfsd, HasNoDataWithoutItsFile) { EXPECT_EQ(collectError("nfsd", TempSystem()), "no data"); }

TEST(Nfsd, LeavesOutARowThatMakesNoSense) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/net/rpc/nfsd", std::string(row) + "rc 1 6 18622\n");
    const std::string samples = collectSamples("nfsd", system);
    EXPECT_THAT(samples, HasSubstr("node_nfsd_reply_cache_hits_total 1\n"));
    EXPECT_THAT(samples, Not(HasSubstr(row.starts_with("th") ? "threads"
                                                             : "method=\"Access\",proto=\"4\"")));
    return collectComplaint("nfsd", system);
  };
  EXPECT_EQ(complaintOf("th many 0\n"),
            "proc/net/rpc/nfsd:1: expected a whole number of at most 64 bits, got 'many'");
  EXPECT_EQ(complaintOf("th\n"),
            "proc/net/rpc/nfsd:1: expected another number of values, got 'th'");
  EXPECT_THAT(complaintOf(procedures("proc4ops", 1, 38)), HasSubstr("another number of values"));
}

TEST(Nfsd, PassesOverWhatNewerKernelsAppend) {
  TempSystem system;
  system.file("proc/net/rpc/nfsd", "rc 1 6 18622 5\nother words\nproc4 3 1 2 3\nfh 2 0 0 0 0 0\n");
  EXPECT_THAT(collectSamples("nfsd", system),
              testing::AllOf(HasSubstr("node_nfsd_reply_cache_nocache_total 18622\n"),
                             HasSubstr("node_nfsd_file_handles_stale_total 2\n")));
  EXPECT_EQ(collectComplaint("nfsd", system), "");
}

TEST(Nfsd, FailsOnAFileOfAnotherKind) {
  TempSystem system;
  system.file("proc/net/rpc/nfsd", "");
  EXPECT_EQ(collectError("nfsd", system),
            "proc/net/rpc/nfsd:1: expected a row of RPC statistics, got ''");
}

}  // namespace orchestrator_exporter
