#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Zoneinfo, ReportsWhatEachZoneHas) {
  EXPECT_EQ(collectSamples("zoneinfo", fixture("typical")),
            R"(node_zoneinfo_high_pages{node="0",zone="DMA32"} 81
node_zoneinfo_low_pages{node="0",zone="DMA32"} 68
node_zoneinfo_managed_pages{node="0",zone="DMA32"} 3840
node_zoneinfo_min_pages{node="0",zone="DMA32"} 55
node_zoneinfo_min_pages{node="0",zone="Normal"} 2201
node_zoneinfo_nr_active_anon_pages{node="0",zone="DMA32"} 405005
node_zoneinfo_nr_dirtied_total{node="0",zone="DMA32"} 663537
node_zoneinfo_nr_free_pages{node="0",zone="DMA32"} 3840
node_zoneinfo_nr_free_pages{node="0",zone="Normal"} 90112
node_zoneinfo_nr_kernel_stacks{node="0",zone="DMA32"} 4128
node_zoneinfo_numa_hit_total{node="0",zone="DMA32"} 7
node_zoneinfo_numa_hit_total{node="0",zone="Normal"} 8120
node_zoneinfo_present_pages{node="0",zone="DMA32"} 3998
node_zoneinfo_protection_0{node="0",zone="DMA32"} 0
node_zoneinfo_protection_0{node="0",zone="Normal"} 0
node_zoneinfo_protection_1{node="0",zone="DMA32"} 3019
node_zoneinfo_protection_1{node="0",zone="Normal"} 0
node_zoneinfo_protection_2{node="0",zone="DMA32"} 4555
node_zoneinfo_protection_2{node="0",zone="Normal"} 0
node_zoneinfo_spanned_pages{node="0",zone="DMA32"} 4095
)");
}

TEST(Zoneinfo, CallsEventsCountersAndPagesGauges) {
  const std::string text = collectText("zoneinfo", fixture("typical"));
  EXPECT_NE(text.find("# TYPE node_zoneinfo_nr_dirtied_total counter\n"), std::string::npos);
  EXPECT_NE(text.find("# TYPE node_zoneinfo_numa_hit_total counter\n"), std::string::npos);
  EXPECT_NE(text.find("# TYPE node_zoneinfo_nr_free_pages gauge\n"), std::string::npos);
}

TEST(Zoneinfo, TakesTheLaterOfTwoRows) {
  TempSystem system;
  system.file("proc/zoneinfo", "Node 1, zone Normal\n numa_hit 5\n  min 7\n numa_hit 6\n");
  EXPECT_EQ(collectSamples("zoneinfo", system),
            "node_zoneinfo_min_pages{node=\"1\",zone=\"Normal\"} 7\n"
            "node_zoneinfo_numa_hit_total{node=\"1\",zone=\"Normal\"} 6\n");
}

TEST(Zoneinfo, LeavesOutWhatIsGarbled) {
  const auto complaintOf = [](std::string_view rows) {
    TempSystem system;
    system.file("proc/zoneinfo", std::string(rows) + "Node 1, zone Normal\n  min 7\n");
    EXPECT_EQ(collectSamples("zoneinfo", system),
              "node_zoneinfo_min_pages{node=\"1\",zone=\"Normal\"} 7\n");
    return collectComplaint("zoneinfo", system);
  };
  EXPECT_EQ(complaintOf("Node 0, zone DMA\n  min few\n"),
            "proc/zoneinfo:2: expected a whole number, got 'few'");
  EXPECT_EQ(complaintOf("Node 0, zone DMA\n protection: (0, x)\n"),
            "proc/zoneinfo:2: expected a list of page counts, got ' protection: (0, x)'");
  EXPECT_EQ(complaintOf("Node first, zone DMA\n  min 5\n"),
            "proc/zoneinfo:1: expected Node, zone, got 'Node first, zone DMA'");
  EXPECT_EQ(complaintOf("  min 5\n\nan unknown line\n"), "");
}

TEST(Zoneinfo, FailsWhereThereIsNoZone) {
  TempSystem system;
  system.file("proc/zoneinfo", "  min 5\n");
  EXPECT_EQ(collectError("zoneinfo", system),
            "proc/zoneinfo:1: expected Node, zone, got '  min 5'");
}

TEST(Zoneinfo, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("zoneinfo", TempSystem()), "proc/zoneinfo: No such file or directory");
}

}  // namespace orchestrator_exporter
