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
            "node_sockstat_TCP_orphan 3\n"
            "node_sockstat_sockets_used 0\n");
}

TEST(Sockstat, TakesNegativeNumbers) {
  TempSystem system;
  system.file("proc/net/sockstat", "TCP: inuse -1\n");
  EXPECT_EQ(collectSamples("sockstat", system), "node_sockstat_TCP_inuse -1\n");
}

TEST(Sockstat, FailsOnAWord) {
  TempSystem system;
  system.file("proc/net/sockstat", "TCP: inuse many\n");
  EXPECT_EQ(collectError("sockstat", system),
            "proc/net/sockstat:1: expected a whole number, got 'many'");
  system.file("proc/net/sockstat", "sockets: used many\n");
  EXPECT_EQ(collectError("sockstat", system),
            "proc/net/sockstat:1: expected a whole number, got 'many'");
}

TEST(Sockstat, FailsOnAKeyWithoutAValue) {
  TempSystem system;
  system.file("proc/net/sockstat6", "TCP6: inuse 1\nUDP6: inuse\n");
  EXPECT_EQ(collectError("sockstat", system),
            "proc/net/sockstat6:2: expected a protocol and pairs of key and value, "
            "got 'UDP6: inuse'");
  system.file("proc/net/sockstat6", "TCP6: inuse 1 tw\n");
  EXPECT_EQ(collectError("sockstat", system),
            "proc/net/sockstat6:1: expected a protocol and pairs of key and value, "
            "got 'TCP6: inuse 1 tw'");
}

TEST(Sockstat, FailsOnAnEmptyRow) {
  TempSystem system;
  system.file("proc/net/sockstat", "\n");
  EXPECT_EQ(collectError("sockstat", system),
            "proc/net/sockstat:1: expected a protocol and pairs of key and value, got ''");
}

}  // namespace orchestrator_exporter
