#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

TempSystem& counts(TempSystem& system) {
  return system.file("proc/sys/net/netfilter/nf_conntrack_count", "123\n")
      .file("proc/sys/net/netfilter/nf_conntrack_max", "65536\n");
}

std::string statisticsOf(const Roots& roots) {
  const std::string samples = collectSamples("conntrack", roots);
  const std::size_t begin = samples.find("node_nf_conntrack_stat");
  return begin == std::string::npos ? "" : samples.substr(begin);
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
)");
}

TEST(Conntrack, PassesOverColumnsAndLinesOfNewerKernels) {
  TempSystem system;
  counts(system).file("proc/net/stat/nf_conntrack",
                      "entries …\n0 0 1 0 2 3 0 0 4 5 6 7 0 0 0 0 8 9 a\n\na new line\n");
  EXPECT_EQ(statisticsOf(system), R"(node_nf_conntrack_stat_drop 6
node_nf_conntrack_stat_early_drop 7
node_nf_conntrack_stat_found 1
node_nf_conntrack_stat_ignore 3
node_nf_conntrack_stat_insert 4
node_nf_conntrack_stat_insert_failed 5
node_nf_conntrack_stat_invalid 2
node_nf_conntrack_stat_search_restart 8
)");
  EXPECT_EQ(collectComplaint("conntrack", system), "");
}

// A sum over the other processors would fall, and be taken for a reset.
TEST(Conntrack, DoesNotKnowASumWithoutOneProcessor) {
  TempSystem system;
  counts(system).file("proc/net/stat/nf_conntrack",
                      "entries …\n0 0 1 0 2 3 0 0 4 5 6 7 0 0 0 0 8\n0 0 1 0 2 3 0\n");
  EXPECT_EQ(statisticsOf(system), "");
  EXPECT_EQ(collectComplaint("conntrack", system),
            "proc/net/stat/nf_conntrack:3: expected at least 16 columns, got '0 0 1 0 2 3 0'");
  system.file("proc/net/stat/nf_conntrack",
              "entries …\n0 0 1 0 2 3 0 0 4 5 6 7 0 0 0 0 8\n"
              "0 0 1 0 2 3 0 0 x 5 6 7 0 0 0 0 8\n");
  EXPECT_THAT(statisticsOf(system), testing::HasSubstr("node_nf_conntrack_stat_found 2\n"));
  EXPECT_THAT(statisticsOf(system),
              testing::Not(testing::HasSubstr("node_nf_conntrack_stat_insert ")));
}

TEST(Conntrack, HasNoDataWhereAFileIsMissing) {
  TempSystem system;
  EXPECT_EQ(collectError("conntrack", system), "no data");
  counts(system);
  EXPECT_EQ(collectError("conntrack", system), "no data");
  EXPECT_EQ(collectSamplesUntilFailure("conntrack", system),
            "node_nf_conntrack_entries 123\nnode_nf_conntrack_entries_limit 65536\n");
  system.remove("proc/sys/net/netfilter/nf_conntrack_count");
  EXPECT_EQ(collectError("conntrack", system), "no data");
  EXPECT_EQ(collectSamplesUntilFailure("conntrack", system),
            "node_nf_conntrack_entries_limit 65536\n");
}

TEST(Conntrack, FailsOnAWordInTheCount) {
  TempSystem system;
  system.file("proc/sys/net/netfilter/nf_conntrack_count", "many\n");
  EXPECT_EQ(collectError("conntrack", system),
            "proc/sys/net/netfilter/nf_conntrack_count:1: expected a whole number of at most 64 "
            "bits, got 'many'");
}

TEST(Conntrack, AWordInTheCountCostsItself) {
  TempSystem system;
  counts(system)
      .file("proc/sys/net/netfilter/nf_conntrack_count", "many\n")
      .file("proc/net/stat/nf_conntrack", "entries …\n");
  EXPECT_THAT(collectSamples("conntrack", system),
              testing::StartsWith("node_nf_conntrack_entries_limit 65536\n"));
}

}  // namespace orchestrator_exporter
