#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Buddyinfo, ReportsFreeBlocksBySize) {
  EXPECT_EQ(collectText("buddyinfo", fixture("typical")),
            R"(# HELP node_buddyinfo_blocks Free blocks of 2^size pages in a zone of a memory node.
# TYPE node_buddyinfo_blocks gauge
node_buddyinfo_blocks{node="0",size="0",zone="DMA32"} 759
node_buddyinfo_blocks{node="0",size="1",zone="DMA32"} 572
node_buddyinfo_blocks{node="0",size="2",zone="DMA32"} 12
node_buddyinfo_blocks{node="0",size="0",zone="Normal"} 4381
node_buddyinfo_blocks{node="0",size="1",zone="Normal"} 1093
node_buddyinfo_blocks{node="0",size="2",zone="Normal"} 185
)");
}

TEST(Buddyinfo, ARowThatIsGarbledCostsItself) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/buddyinfo", std::string(row) + "\nfuture line\n\nNode 0, zone DMA 1 2\n");
    EXPECT_EQ(collectSamples("buddyinfo", system),
              "node_buddyinfo_blocks{node=\"0\",size=\"0\",zone=\"DMA\"} 1\n"
              "node_buddyinfo_blocks{node=\"0\",size=\"1\",zone=\"DMA\"} 2\n");
    return collectComplaint("buddyinfo", system);
  };
  EXPECT_EQ(complaintOf("Node 0, zone\n"),
            "proc/buddyinfo:1: expected as many columns as in the others, got 'Node 0, zone'");
  EXPECT_EQ(complaintOf("Node 0, zone Normal 1\n"),
            "proc/buddyinfo:1: expected as many columns as in the others, got 'Node 0, zone "
            "Normal 1'");
  EXPECT_EQ(complaintOf("Node 0, zone Normal 1 few\n"),
            "proc/buddyinfo:1: expected a number, got 'few'");
}

TEST(Buddyinfo, FailsWhereNoRowIsUnderstood) {
  TempSystem system;
  system.file("proc/buddyinfo", "Node 0, zone Normal 1 few\n");
  EXPECT_EQ(collectError("buddyinfo", system), "proc/buddyinfo:1: expected a number, got 'few'");
}

TEST(Buddyinfo, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("buddyinfo", TempSystem()), "proc/buddyinfo: No such file or directory");
}

}  // namespace orchestrator_exporter
