#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using ::testing::HasSubstr;

constexpr std::string_view kStatistics =
    "extent_alloc 1 2 3 4\nabt 5 6 7 8\nblk_map 9 10 11 12 13 14 15\nbmbt 16 17 18 19\n"
    "dir 20 21 22 23\ntrans 1 1 1\nig 24 25 26 27 28 29 30\nlog 1 1 1 1 1\nrw 31 32\n"
    "vnodes 33 34 35 36 37 38 39 40\nbuf 1 1 1 1 1 1 1 1 1\nabtb2 1 1\n"
    "xpc 9223372036854775808 4294967296 1\ndebug 0\n";

}  // namespace

TEST(Xfs, ReportsTheCountersOfEachDevice) {
  TempSystem system;
  system.file("sys/fs/xfs/sda1/stats/stats", kStatistics).directory("sys/fs/xfs/stats");
  EXPECT_EQ(collectSamples("xfs", system),
            R"(node_xfs_allocation_btree_compares_total{device="sda1"} 6
node_xfs_allocation_btree_lookups_total{device="sda1"} 5
node_xfs_allocation_btree_records_deleted_total{device="sda1"} 8
node_xfs_allocation_btree_records_inserted_total{device="sda1"} 7
node_xfs_block_map_btree_compares_total{device="sda1"} 17
node_xfs_block_map_btree_lookups_total{device="sda1"} 16
node_xfs_block_map_btree_records_deleted_total{device="sda1"} 19
node_xfs_block_map_btree_records_inserted_total{device="sda1"} 18
node_xfs_block_mapping_extent_list_compares_total{device="sda1"} 15
node_xfs_block_mapping_extent_list_deletions_total{device="sda1"} 13
node_xfs_block_mapping_extent_list_insertions_total{device="sda1"} 12
node_xfs_block_mapping_extent_list_lookups_total{device="sda1"} 14
node_xfs_block_mapping_reads_total{device="sda1"} 9
node_xfs_block_mapping_unmaps_total{device="sda1"} 11
node_xfs_block_mapping_writes_total{device="sda1"} 10
node_xfs_directory_operation_create_total{device="sda1"} 21
node_xfs_directory_operation_getdents_total{device="sda1"} 23
node_xfs_directory_operation_lookup_total{device="sda1"} 20
node_xfs_directory_operation_remove_total{device="sda1"} 22
node_xfs_extent_allocation_blocks_allocated_total{device="sda1"} 2
node_xfs_extent_allocation_blocks_freed_total{device="sda1"} 4
node_xfs_extent_allocation_extents_allocated_total{device="sda1"} 1
node_xfs_extent_allocation_extents_freed_total{device="sda1"} 3
node_xfs_inode_operation_attempts_total{device="sda1"} 24
node_xfs_inode_operation_attribute_changes_total{device="sda1"} 30
node_xfs_inode_operation_duplicates_total{device="sda1"} 28
node_xfs_inode_operation_found_total{device="sda1"} 25
node_xfs_inode_operation_missed_total{device="sda1"} 27
node_xfs_inode_operation_reclaims_total{device="sda1"} 29
node_xfs_inode_operation_recycled_total{device="sda1"} 26
node_xfs_read_calls_total{device="sda1"} 32
node_xfs_vnode_active_total{device="sda1"} 33
node_xfs_vnode_allocate_total{device="sda1"} 34
node_xfs_vnode_get_total{device="sda1"} 35
node_xfs_vnode_hold_total{device="sda1"} 36
node_xfs_vnode_reclaim_total{device="sda1"} 38
node_xfs_vnode_release_total{device="sda1"} 37
node_xfs_vnode_remove_total{device="sda1"} 39
node_xfs_write_calls_total{device="sda1"} 31
)");
}

TEST(Xfs, WithoutFileSystemsThereIsNothingToReport) {
  TempSystem system;
  EXPECT_EQ(collectText("xfs", system), "");
  system.directory("sys/fs/xfs/stats");
  EXPECT_EQ(collectText("xfs", system), "");
}

TEST(Xfs, CountersOfAMissingRowAreNotKnown) {
  TempSystem system;
  system.file("sys/fs/xfs/sda1/stats/stats", "rw 31 32\n");
  EXPECT_EQ(collectSamples("xfs", system),
            "node_xfs_read_calls_total{device=\"sda1\"} 32\n"
            "node_xfs_write_calls_total{device=\"sda1\"} 31\n");
}

TEST(Xfs, OldKernelsHaveSevenCountersOfVnodes) {
  TempSystem system;
  system.file("sys/fs/xfs/sda1/stats/stats", "vnodes 1 2 3 4 5 6 7\n");
  EXPECT_THAT(collectSamples("xfs", system),
              HasSubstr("node_xfs_vnode_remove_total{device=\"sda1\"} 7\n"));
}

TEST(Xfs, LinesThatAreNotKnownArePassedOver) {
  TempSystem system;
  system.file("sys/fs/xfs/sda1/stats/stats",
              "trans 1 -2 3\n\nrw 31 32 33\nzoned some words\ngc xpc 0\ngc 1 2\n");
  EXPECT_EQ(collectSamples("xfs", system),
            "node_xfs_read_calls_total{device=\"sda1\"} 32\n"
            "node_xfs_write_calls_total{device=\"sda1\"} 31\n");
  EXPECT_EQ(collectComplaint("xfs", system), "");
}

TEST(Xfs, AMalformedRowCostsItself) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("sys/fs/xfs/sda1/stats/stats", std::string(row) + "rw 31 32\n");
    EXPECT_EQ(collectSamples("xfs", system),
              "node_xfs_read_calls_total{device=\"sda1\"} 32\n"
              "node_xfs_write_calls_total{device=\"sda1\"} 31\n");
    return collectComplaint("xfs", system);
  };
  EXPECT_EQ(complaintOf("abt 1 2 3\n"),
            "sys/fs/xfs/sda1/stats/stats:1: expected at least 5 columns, got 4");
  EXPECT_EQ(complaintOf("abt 1 2 3 abc\n"),
            "sys/fs/xfs/sda1/stats/stats:1: expected a whole number of at most 64 bits, got 'abc'");
  EXPECT_EQ(complaintOf("abt 1 2 3 4294967296\n"),
            "sys/fs/xfs/sda1/stats/stats:1: expected a counter of 32 bits, got '4294967296'");
}

TEST(Xfs, ADeviceThatCannotBeReadCostsItself) {
  TempSystem system;
  system.file("sys/fs/xfs/sda1/stats/stats", kStatistics).directory("sys/fs/xfs/sdb1/stats/stats");
  EXPECT_THAT(collectSamples("xfs", system),
              HasSubstr("node_xfs_write_calls_total{device=\"sda1\"} 31\n"));
  EXPECT_EQ(collectComplaint("xfs", system), "sys/fs/xfs/sdb1/stats/stats: Is a directory");
  EXPECT_EQ(collectError("xfs", system.remove("sys/fs/xfs/sda1")),
            "sys/fs/xfs/sdb1/stats/stats: Is a directory");
}

}  // namespace orchestrator_exporter
