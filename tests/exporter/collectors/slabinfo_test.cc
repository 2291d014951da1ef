#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

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

TEST(Slabinfo, FailsWhereARowIsGarbled) {
  const auto errorOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/slabinfo", "slabinfo - version: 2.1\n" + std::string(row));
    return collectError("slabinfo", system);
  };
  EXPECT_EQ(errorOf("tcp 1 2 3 4 5 : tunables 0 0 0 : slabdata 1 2\n"),
            "proc/slabinfo:2: expected a name and 15 columns, got 'tcp 1 2 3 4 5 : tunables 0 0 0 "
            ": slabdata 1 2'");
  EXPECT_EQ(errorOf("tcp few 2 3 4 5 : tunables 0 0 0 : slabdata 1 2 3\n"),
            "proc/slabinfo:2: expected a whole number, got 'few'");
  EXPECT_EQ(errorOf("tcp 1 2 3 4 5 : tunables 0 0 0 : slabdata 1 2 few\n"),
            "proc/slabinfo:2: expected a whole number, got 'few'");
}

TEST(Slabinfo, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("slabinfo", TempSystem()), "proc/slabinfo: No such file or directory");
}

}  // namespace orchestrator_exporter
