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

// Both would number the processors of later rows wrongly otherwise.
TEST(Lnstat, CountsRowsOfProcessorsThatAreCutOrGarbledAndNoOthers) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache",
              "entries allocs\n00000001 00000002\n\nan unknown line\nunknown 1 2 3\n00000003\n"
              "word 00000005\n00000006 00000007\n");
  EXPECT_EQ(collectSamples("lnstat", system),
            "node_lnstat_allocs_total{cpu=\"0\",subsystem=\"arp_cache\"} 2\n"
            "node_lnstat_allocs_total{cpu=\"2\",subsystem=\"arp_cache\"} 5\n"
            "node_lnstat_allocs_total{cpu=\"3\",subsystem=\"arp_cache\"} 7\n"
            "node_lnstat_entries_total{cpu=\"0\",subsystem=\"arp_cache\"} 1\n"
            "node_lnstat_entries_total{cpu=\"1\",subsystem=\"arp_cache\"} 3\n"
            "node_lnstat_entries_total{cpu=\"3\",subsystem=\"arp_cache\"} 6\n");
  EXPECT_EQ(collectComplaint("lnstat", system),
            "proc/net/stat/arp_cache:7: expected a hexadecimal number, got 'word'");
}

TEST(Lnstat, PassesOverValuesWithoutAName) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache", "entries\n00000001 00000002\n");
  EXPECT_EQ(collectSamples("lnstat", system),
            "node_lnstat_entries_total{cpu=\"0\",subsystem=\"arp_cache\"} 1\n");
}

TEST(Lnstat, AFileWithoutAHeaderCostsItself) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache", "00000001 00000002\n00000003 00000004\n")
      .file("proc/net/stat/ndisc_cache", "entries\n00000003\n");
  EXPECT_EQ(collectSamples("lnstat", system),
            "node_lnstat_entries_total{cpu=\"0\",subsystem=\"ndisc_cache\"} 3\n");
  EXPECT_EQ(collectComplaint("lnstat", system),
            "proc/net/stat/arp_cache:1: expected the names of the columns, "
            "got '00000001 00000002'");
}

TEST(Lnstat, FailsWhereNothingIsUnderstood) {
  TempSystem system;
  system.file("proc/net/stat/arp_cache", "00000001\n");
  EXPECT_EQ(collectError("lnstat", system),
            "proc/net/stat/arp_cache:1: expected the names of the columns, got '00000001'");
}

}  // namespace orchestrator_exporter
