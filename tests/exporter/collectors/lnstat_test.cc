#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Lnstat, ReportsEveryColumnOfEveryFile) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache", "entries  allocs\n00000014 00000001\n00000014 0000000d\n")
      .file("proc/net/stat/ndisc_cache", "entries\n3\n");
  EXPECT_EQ(collectText("lnstat", system),
            R"(# HELP node_lnstat_allocs_total Value of allocs in a table of proc/net/stat.
# TYPE node_lnstat_allocs_total counter
node_lnstat_allocs_total{cpu="0",subsystem="arp_cache"} 1
node_lnstat_allocs_total{cpu="1",subsystem="arp_cache"} 13
# HELP node_lnstat_entries_total Value of entries in a table of proc/net/stat.
# TYPE node_lnstat_entries_total counter
node_lnstat_entries_total{cpu="0",subsystem="arp_cache"} 20
node_lnstat_entries_total{cpu="1",subsystem="arp_cache"} 20
node_lnstat_entries_total{cpu="0",subsystem="ndisc_cache"} 3
)");
}

TEST(Lnstat, ReadsTheTypicalHost) {
  EXPECT_THAT(
      collectSamples("lnstat", fixture("typical")),
      testing::AllOf(
          testing::HasSubstr(
              "node_lnstat_search_restart_total{cpu=\"0\",subsystem=\"nf_conntrack\"} 16\n"),
          testing::HasSubstr("node_lnstat_hits_total{cpu=\"1\",subsystem=\"arp_cache\"} 512\n")));
}

TEST(Lnstat, SucceedsWithNothingWhereThereIsNoFile) {
  EXPECT_EQ(collectText("lnstat", TempSystem()), "");
  EXPECT_EQ(collectError("lnstat", TempSystem()), "");
}

TEST(Lnstat, SkipsDirectories) {
  TempSystem system;
  system.directory("proc/net/stat/more");
  EXPECT_EQ(collectText("lnstat", system), "");
}

TEST(Lnstat, TakesShortRows) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache", "entries allocs\n1 2\n\n3\n4 5\n");
  EXPECT_EQ(collectSamples("lnstat", system),
            "node_lnstat_allocs_total{cpu=\"0\",subsystem=\"arp_cache\"} 2\n"
            "node_lnstat_allocs_total{cpu=\"1\",subsystem=\"arp_cache\"} 5\n"
            "node_lnstat_entries_total{cpu=\"0\",subsystem=\"arp_cache\"} 1\n"
            "node_lnstat_entries_total{cpu=\"1\",subsystem=\"arp_cache\"} 3\n"
            "node_lnstat_entries_total{cpu=\"2\",subsystem=\"arp_cache\"} 4\n");
}

TEST(Lnstat, FailsOnMoreValuesThanNames) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache", "entries\n1 2\n");
  EXPECT_EQ(collectError("lnstat", system),
            "proc/net/stat/arp_cache:1: expected at least 2 columns, got 1");
}

TEST(Lnstat, FailsOnAWord) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache", "entries\nmany\n");
  EXPECT_EQ(collectError("lnstat", system),
            "proc/net/stat/arp_cache:2: expected a hexadecimal number, got 'many'");
}

}  // namespace orchestrator_exporter
