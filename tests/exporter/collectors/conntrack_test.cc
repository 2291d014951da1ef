#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

TempSystem& counts(TempSystem& system) {
  return system.file("proc/sys/net/netfilter/nf_conntrack_count", "123\n")
      .file("proc/sys/net/netfilter/nf_conntrack_max", "65536\n");
}

std::string conntrackError(std::string_view rows) {
  TempSystem system;
  counts(system).file("proc/net/stat/nf_conntrack", rows);
  return collectError("conntrack", system);
}

}  // namespace

TEST(Conntrack, ReportsEntriesAndSumsOverProcessors) {
  EXPECT_EQ(collectSamples("conntrack", fixture("typical")), R"(node_nf_conntrack_entries 123
node_nf_conntrack_entries_limit 65536
node_nf_conntrack_stat_drop 2
node_nf_conntrack_stat_early_drop 3
node_nf_conntrack_stat_found 3
node_nf_conntrack_stat_ignore 22688
node_nf_conntrack_stat_insert 0
node_nf_conntrack_stat_insert_failed 1
node_nf_conntrack_stat_invalid 7
node_nf_conntrack_stat_search_restart 17
)");
}

TEST(Conntrack, GivesGauges) {
  EXPECT_THAT(collectText("conntrack", fixture("typical")),
              testing::HasSubstr("# TYPE node_nf_conntrack_stat_drop gauge\n"));
}

TEST(Conntrack, GivesNoRestartsWhereTheKernelDoesNotCountThem) {
  TempSystem system;
  counts(system).file("proc/net/stat/nf_conntrack", "entries …\n0 0 1 0 2 3 0 0 4 5 6 7 0 0 0 0\n");
  EXPECT_EQ(collectSamples("conntrack", system), R"(node_nf_conntrack_entries 123
node_nf_conntrack_entries_limit 65536
node_nf_conntrack_stat_drop 6
node_nf_conntrack_stat_early_drop 7
node_nf_conntrack_stat_found 1
node_nf_conntrack_stat_ignore 3
node_nf_conntrack_stat_insert 4
node_nf_conntrack_stat_insert_failed 5
node_nf_conntrack_stat_invalid 2
node_nf_conntrack_stat_search_restart 0
)");
}

TEST(Conntrack, HasNoDataWhereAFileIsMissing) {
  TempSystem system;
  EXPECT_EQ(collectError("conntrack", system), "no data");
  counts(system);
  EXPECT_EQ(collectError("conntrack", system), "no data");
  system.remove("proc/sys/net/netfilter/nf_conntrack_max");
  EXPECT_EQ(collectError("conntrack", system), "no data");
}

TEST(Conntrack, FailsOnAWordInTheCount) {
  TempSystem system;
  system.file("proc/sys/net/netfilter/nf_conntrack_count", "many\n");
  EXPECT_EQ(collectError("conntrack", system),
            "proc/sys/net/netfilter/nf_conntrack_count:1: expected a whole number of at most 64 "
            "bits, got 'many'");
}

TEST(Conntrack, FailsOnGarbledRows) {
  EXPECT_EQ(conntrackError("entries\n1 2 3\n"),
            "proc/net/stat/nf_conntrack:2: expected 16 or 17 columns, got '1 2 3'");
  EXPECT_EQ(conntrackError("entries\n0 0 1 0 2 3 0 0 4 5 6 7 0 0 0 many\n"),
            "proc/net/stat/nf_conntrack:2: expected a hexadecimal number, got 'many'");
}

}  // namespace orchestrator_exporter
