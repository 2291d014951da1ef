#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr const char kUdp[] =
    "node_slabinfo_active_objects{slab=\"udp\"} 1\n"
    "node_slabinfo_object_size_bytes{slab=\"udp\"} 3\n"
    "node_slabinfo_objects{slab=\"udp\"} 2\n"
    "node_slabinfo_objects_per_slab{slab=\"udp\"} 4\n"
    "node_slabinfo_pages_per_slab{slab=\"udp\"} 5\n";

}  // namespace

TEST(Slabinfo, ReportsEachSlabCache) {
  EXPECT_EQ(collectText("slabinfo", fixture("typical")),
            R"(# HELP node_slabinfo_active_objects Objects of the slab cache in use.
# TYPE node_slabinfo_active_objects gauge
node_slabinfo_active_objects{slab="ext4_inode_cache"} 40110
node_slabinfo_active_objects{slab="dentry"} 81020
# HELP node_slabinfo_object_size_bytes Size of an object of the slab cache.
# TYPE node_slabinfo_object_size_bytes gauge
node_slabinfo_object_size_bytes{slab="ext4_inode_cache"} 1176
node_slabinfo_object_size_bytes{slab="dentry"} 192
# HELP node_slabinfo_objects Objects of the slab cache.
# TYPE node_slabinfo_objects gauge
node_slabinfo_objects{slab="ext4_inode_cache"} 40320
node_slabinfo_objects{slab="dentry"} 84210
# HELP node_slabinfo_objects_per_slab Objects that a slab holds.
# TYPE node_slabinfo_objects_per_slab gauge
node_slabinfo_objects_per_slab{slab="ext4_inode_cache"} 27
node_slabinfo_objects_per_slab{slab="dentry"} 21
# HELP node_slabinfo_pages_per_slab Pages that a slab takes.
# TYPE node_slabinfo_pages_per_slab gauge
node_slabinfo_pages_per_slab{slab="ext4_inode_cache"} 8
node_slabinfo_pages_per_slab{slab="dentry"} 1
)");
}

TEST(Slabinfo, TakesTheCachesThatItsFlagsName) {
  const auto first = [](const Flags& flags) {
    const std::string samples = collectSamples("slabinfo", fixture("typical"), flags);
    return samples.substr(0, samples.find(' '));
  };
  EXPECT_EQ(first(Flags({{"collector.slabinfo.slabs-include", "^dent"}})),
            "node_slabinfo_active_objects{slab=\"dentry\"}");
  EXPECT_EQ(first(Flags({{"collector.slabinfo.slabs-exclude", "inode"}})),
            "node_slabinfo_active_objects{slab=\"dentry\"}");
  EXPECT_EQ(first(Flags({{"collector.slabinfo.slabs-include", "e"},
                         {"collector.slabinfo.slabs-exclude", "dentry"}})),
            "node_slabinfo_active_objects{slab=\"ext4_inode_cache\"}");
}

TEST(Slabinfo, LeavesOutACacheWhoseRowIsGarbled) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/slabinfo", "slabinfo - version: 2.1\n" + std::string(row) +
                                     "udp 1 2 3 4 5 : tunables 0 0 0 : slabdata 1 2 3\n");
    EXPECT_EQ(collectSamples("slabinfo", system), kUdp);
    return collectComplaint("slabinfo", system);
  };
  EXPECT_EQ(complaintOf("tcp 1 2 3 4 : tunables 0 0 0 : slabdata 1 2 3\n"),
            "proc/slabinfo:2: expected a name, five columns and a colon, got 'tcp 1 2 3 4 : "
            "tunables 0 0 0 : slabdata 1 2 3'");
  EXPECT_EQ(complaintOf("tcp few 2 3 4 5 : tunables 0 0 0 : slabdata 1 2 3\n"),
            "proc/slabinfo:2: expected a whole number, got 'few'");
}

TEST(Slabinfo, NeedsNoneOfTheColumnsThatItDoesNotGive) {
  TempSystem system;
  system.file("proc/slabinfo",
              "slabinfo - version: 2.1 (statistics)\n# name : tunables : slabdata : globalstat\n\n"
              "udp 1 2 3 4 5 : tunables few : slabdata 1 2 3 : globalstat 1 2 : cpustat 3 4\n");
  EXPECT_EQ(collectSamples("slabinfo", system), kUdp);
  EXPECT_EQ(collectComplaint("slabinfo", system), "");
}

TEST(Slabinfo, ReadsNamesWithBlanks) {
  TempSystem system;
  system.file("proc/slabinfo", "a  name 1 2 3 4 5 : tunables 0 0 0 : slabdata 1 2 3\n");
  EXPECT_NE(
      collectSamples("slabinfo", system).find("node_slabinfo_active_objects{slab=\"a  name\"} 1\n"),
      std::string::npos);
}

TEST(Slabinfo, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("slabinfo", TempSystem()), "proc/slabinfo: No such file or directory");
}

}  // namespace orchestrator_exporter
