#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Sockstat, ReportsSocketsOfEachProtocol) {
  const long page = sysconf(_SC_PAGESIZE);
  EXPECT_EQ(collectSamples("sockstat", fixture("typical")),
            "node_sockstat_FRAG6_inuse 0\n"
            "node_sockstat_FRAG6_memory 0\n"
            "node_sockstat_FRAG_inuse 0\n"
            "node_sockstat_FRAG_memory 0\n"
            "node_sockstat_RAW6_inuse 1\n"
            "node_sockstat_RAW_inuse 0\n"
            "node_sockstat_TCP6_inuse 17\n"
            "node_sockstat_TCP_alloc 17\n"
            "node_sockstat_TCP_inuse 4\n"
            "node_sockstat_TCP_mem 2\n"
            "node_sockstat_TCP_mem_bytes " +
                std::to_string(2 * page) +
                "\n"
                "node_sockstat_TCP_orphan 1\n"
                "node_sockstat_TCP_tw 4\n"
                "node_sockstat_UDP6_inuse 9\n"
                "node_sockstat_UDPLITE6_inuse 0\n"
                "node_sockstat_UDPLITE_inuse 0\n"
                "node_sockstat_UDP_inuse 3\n"
                "node_sockstat_UDP_mem 1\n"
                "node_sockstat_UDP_mem_bytes " +
                std::to_string(page) +
                "\n"
                "node_sockstat_sockets_used 229\n");
}

TEST(Sockstat, GivesGauges) {
  TempSystem system;
  system.file("proc/net/sockstat6", "TCP6: inuse 17\n");
  EXPECT_EQ(collectText("sockstat", system),
            "# HELP node_sockstat_TCP6_inuse Sockets of this protocol in use.\n"
            "# TYPE node_sockstat_TCP6_inuse gauge\n"
            "node_sockstat_TCP6_inuse 17\n");
}

TEST(Sockstat, GivesNothingWhereBothFilesAreMissing) {
  EXPECT_EQ(collectText("sockstat", TempSystem()), "");
  EXPECT_EQ(collectError("sockstat", TempSystem()), "");
}

TEST(Sockstat, GivesZeroInUseWhereTheKeyIsMissing) {
  TempSystem system;
  system.file("proc/net/sockstat", "sockets: free 3\nTCP: orphan 3 other 4\n");
  EXPECT_EQ(collectSamples("sockstat", system),
            "node_sockstat_TCP_inuse 0\n"
            "node_sockstat_TCP_orphan 3\n");
}

TEST(Sockstat, PassesOverUnknownRowsAndKeysAndTakesUnknownProtocols) {
  TempSystem system;
  system.file("proc/net/sockstat",
              "\nan unknown line\nTCP: inuse 1 new many tw 2\nSMC: inuse 4\nunknown 1 2 3\n");
  EXPECT_EQ(collectSamples("sockstat", system),
            "node_sockstat_SMC_inuse 4\n"
            "node_sockstat_TCP_inuse 1\n"
            "node_sockstat_TCP_tw 2\n");
  EXPECT_EQ(collectComplaint("sockstat", system), "");
}

TEST(Sockstat, TakesNegativeNumbers) {
  TempSystem system;
  system.file("proc/net/sockstat", "TCP: inuse -1\n");
  EXPECT_EQ(collectSamples("sockstat", system), "node_sockstat_TCP_inuse -1\n");
}

TEST(Sockstat, LeavesOutAValueThatIsGarbledOrMissing) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/net/sockstat", std::string(row))
        .file("proc/net/sockstat6", "RAW6: inuse 5\n");
    EXPECT_EQ(collectSamples("sockstat", system),
              row.starts_with("TCP") ? "node_sockstat_RAW6_inuse 5\nnode_sockstat_TCP_tw 2\n"
                                     : "node_sockstat_RAW6_inuse 5\n");
    return collectComplaint("sockstat", system);
  };
  EXPECT_EQ(complaintOf("TCP: inuse many tw 2\n"),
            "proc/net/sockstat:1: expected a whole number, got 'many'");
  EXPECT_EQ(complaintOf("sockets: used many\n"),
            "proc/net/sockstat:1: expected a whole number, got 'many'");
  EXPECT_EQ(complaintOf("TCP: tw 2 inuse\n"),
            "proc/net/sockstat:1: expected at least 5 columns, got 4");
  EXPECT_EQ(complaintOf("T-P: inuse 1\n"), "proc/net/sockstat:1: expected a protocol, got 'T-P:'");
}

TEST(Sockstat, GivesTheOtherFileWhereOneCannotBeRead) {
  TempSystem system;
  system.directory("proc/net/sockstat").file("proc/net/sockstat6", "RAW6: inuse 5\n");
  EXPECT_EQ(collectSamples("sockstat", system), "node_sockstat_RAW6_inuse 5\n");
  EXPECT_EQ(collectComplaint("sockstat", system), "proc/net/sockstat: Is a directory");
  EXPECT_EQ(collectError("sockstat", system.remove("proc/net/sockstat6")),
            "proc/net/sockstat: Is a directory");
}

}  // namespace orchestrator_exporter
