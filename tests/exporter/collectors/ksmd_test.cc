#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Ksmd, ReportsWhatItKnows) {
  EXPECT_EQ(collectSamples("ksmd", fixture("typical")), R"(node_ksmd_full_scans_total 323
node_ksmd_general_profit_bytes 1040384
node_ksmd_merge_across_nodes 1
node_ksmd_pages_shared 2
node_ksmd_pages_sharing 255
node_ksmd_pages_to_scan 100
node_ksmd_pages_unshared 3
node_ksmd_pages_volatile 4
node_ksmd_run 1
node_ksmd_sleep_seconds 0.02
)");
}

TEST(Ksmd, CountsScans) {
  TempSystem system;
  system.file("sys/kernel/mm/ksm/full_scans", "7\n");
  EXPECT_EQ(collectText("ksmd", system),
            "# HELP node_ksmd_full_scans_total Times that all mergeable areas were scanned.\n"
            "# TYPE node_ksmd_full_scans_total counter\n"
            "node_ksmd_full_scans_total 7\n");
}

TEST(Ksmd, SucceedsWithNothingWithoutFiles) { EXPECT_EQ(collectText("ksmd", TempSystem()), ""); }

TEST(Ksmd, AProfitMayBeALoss) {
  TempSystem system;
  system.file("sys/kernel/mm/ksm/general_profit", "-4096\n");
  EXPECT_EQ(collectSamples("ksmd", system), "node_ksmd_general_profit_bytes -4096\n");
}

TEST(Ksmd, WhatIsGarbledCostsItself) {
  TempSystem system;
  system.file("sys/kernel/mm/ksm/full_scans", "-7\n").file("sys/kernel/mm/ksm/run", "1\n");
  EXPECT_EQ(collectSamples("ksmd", system), "node_ksmd_run 1\n");
  EXPECT_EQ(collectComplaint("ksmd", system),
            "sys/kernel/mm/ksm/full_scans:1: expected a whole number of at most 64 bits, got '-7'");
}

}  // namespace orchestrator_exporter
