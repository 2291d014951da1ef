#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Meminfo, ReportsBytesAndCountsOfPages) {
  EXPECT_EQ(collectSamples("meminfo", fixture("typical")),
            R"(node_memory_Active_anon_bytes 1658900480
node_memory_Active_bytes 3082698752
node_memory_Active_file_bytes 1423798272
node_memory_Buffers_bytes 215056384
node_memory_Cached_bytes 3973242880
node_memory_DirectMap4k_bytes 184549376
node_memory_Dirty_bytes 348160
node_memory_HugePages_Free 6
node_memory_HugePages_Rsvd 1
node_memory_HugePages_Surp 0
node_memory_HugePages_Total 8
node_memory_Hugepagesize_bytes 2097152
node_memory_Inactive_anon_bytes 205271040
node_memory_Inactive_bytes 2805874688
node_memory_Inactive_file_bytes 2600603648
node_memory_MemAvailable_bytes 5242884096
node_memory_MemFree_bytes 627036160
node_memory_MemTotal_bytes 8241741824
node_memory_Mlocked_bytes 16384
node_memory_Slab_bytes 348385280
node_memory_SwapCached_bytes 12288
node_memory_SwapFree_bytes 2146430976
node_memory_SwapTotal_bytes 2147479552
node_memory_Unevictable_bytes 16384
node_memory_Writeback_bytes 0
)");
}

TEST(Meminfo, LeavesOutFieldsThatAreMissingOrUnknown) {
  TempSystem system;
  system.file("proc/meminfo", "FileHugePages: 4 kB\nMemFree: 5 kB\nNewKernelField: 8\n");
  EXPECT_EQ(collectText("meminfo", system),
            R"(# HELP node_memory_MemFree_bytes Memory that nothing uses.
# TYPE node_memory_MemFree_bytes gauge
node_memory_MemFree_bytes 5120
)");
}

TEST(Meminfo, TakesARowWithoutUnitAsBytes) {
  TempSystem system;
  system.file("proc/meminfo", "MemFree: 5\nHugePages_Total: 3 kB\n");
  EXPECT_EQ(collectSamples("meminfo", system),
            "node_memory_HugePages_Total 3\nnode_memory_MemFree_bytes 5\n");
}

TEST(Meminfo, TakesTheLastOfTwoRows) {
  TempSystem system;
  system.file("proc/meminfo", "MemFree: 5 kB\nMemFree: 6 kB\n");
  EXPECT_EQ(collectSamples("meminfo", system), "node_memory_MemFree_bytes 6144\n");
}

TEST(Meminfo, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("meminfo", TempSystem()), "proc/meminfo: No such file or directory");
}

TEST(Meminfo, ARowThatIsGarbledCostsItself) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/meminfo", std::string(row) + "MemTotal: 9 kB\n");
    EXPECT_EQ(collectSamples("meminfo", system), "node_memory_MemTotal_bytes 9216\n");
    return collectComplaint("meminfo", system);
  };
  EXPECT_EQ(complaintOf("MemFree: much kB\n"),
            "proc/meminfo:1: expected a whole number of at most 64 bits, got 'much'");
  EXPECT_EQ(complaintOf("MemFree: 5 MB\n"),
            "proc/meminfo:1: expected a number, or a number and kB, got 'MemFree: 5 MB'");
  EXPECT_EQ(complaintOf("MemFree: 5 kB 6\n"),
            "proc/meminfo:1: expected a number, or a number and kB, got 'MemFree: 5 kB 6'");
  EXPECT_EQ(complaintOf("MemFree:\n"), "proc/meminfo:1: expected at least 2 columns, got 1");
}

// Some kernels have empty lines at the end or between.
TEST(Meminfo, PassesOverEmptyLinesAndWhatItDoesNotKnow) {
  TempSystem system;
  system.file("proc/meminfo", "\nUnknown: -1 kB\nAnother:\n\nMemFree: 5 kB\n\n");
  EXPECT_EQ(collectSamples("meminfo", system), "node_memory_MemFree_bytes 5120\n");
  EXPECT_EQ(collectComplaint("meminfo", system), "");
}

TEST(Meminfo, FailsWhereNoRowIsUnderstood) {
  TempSystem system;
  system.file("proc/meminfo", "MemFree: much kB\n");
  EXPECT_EQ(collectError("meminfo", system),
            "proc/meminfo:1: expected a whole number of at most 64 bits, got 'much'");
}

TEST(Meminfo, CountsBytesInSixtyFourBits) {
  TempSystem system;
  system.file("proc/meminfo", "MemTotal: 18446744073709551615 kB\n");
  EXPECT_EQ(collectSamples("meminfo", system), "node_memory_MemTotal_bytes 18446744073709551616\n");
}

}  // namespace orchestrator_exporter
