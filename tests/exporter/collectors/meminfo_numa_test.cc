#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kMeminfo = "sys/devices/system/node/node0/meminfo";
constexpr std::string_view kNumastat = "sys/devices/system/node/node0/numastat";

}  // namespace

TEST(MeminfoNuma, ReportsEveryFieldOfEachNode) {
  EXPECT_EQ(collectText("meminfo_numa", fixture("typical")),
            R"(# HELP node_memory_numa_Active_anon Field Active_anon of the node's memory.
# TYPE node_memory_numa_Active_anon gauge
node_memory_numa_Active_anon{node="0"} 1658900480
# HELP node_memory_numa_HugePages_Total Field HugePages_Total of the node's memory.
# TYPE node_memory_numa_HugePages_Total gauge
node_memory_numa_HugePages_Total{node="0"} 8
# HELP node_memory_numa_MemTotal Field MemTotal of the node's memory.
# TYPE node_memory_numa_MemTotal gauge
node_memory_numa_MemTotal{node="0"} 8241741824
# HELP node_memory_numa_numa_hit_total Field numa_hit_total of the node's memory.
# TYPE node_memory_numa_numa_hit_total counter
node_memory_numa_numa_hit_total{node="0"} 88120345
# HELP node_memory_numa_numa_miss_total Field numa_miss_total of the node's memory.
# TYPE node_memory_numa_numa_miss_total counter
node_memory_numa_numa_miss_total{node="0"} 0
)");
}

TEST(MeminfoNuma, TakesTheNodeOfMemoryFromTheLine) {
  TempSystem system;
  system.file(kMeminfo, "Node 3 MemFree: 1 kB\n\n").file(kNumastat, "numa_hit 2\n\n");
  EXPECT_EQ(collectSamples("meminfo_numa", system),
            "node_memory_numa_MemFree{node=\"3\"} 1024\n"
            "node_memory_numa_numa_hit_total{node=\"0\"} 2\n");
}

TEST(MeminfoNuma, ReportsNothingWithoutNodes) {
  EXPECT_EQ(collectSamples("meminfo_numa", TempSystem()), "");
}

TEST(MeminfoNuma, AFileThatIsMissingCostsItself) {
  TempSystem system;
  system.file(kMeminfo, "Node 0 MemFree: 1 kB\n");
  EXPECT_EQ(collectSamples("meminfo_numa", system), "node_memory_numa_MemFree{node=\"0\"} 1024\n");
  EXPECT_EQ(collectComplaint("meminfo_numa", system),
            "sys/devices/system/node/node0/numastat: No such file or directory");
}

TEST(MeminfoNuma, ALineThatIsGarbledCostsItself) {
  const auto complaintOf = [](const std::string& meminfo, const std::string& numastat) {
    TempSystem system;
    system.file(kMeminfo, meminfo + "Node 0 MemTotal: 1 kB\n").file(kNumastat, numastat);
    EXPECT_EQ(collectSamples("meminfo_numa", system),
              "node_memory_numa_MemTotal{node=\"0\"} 1024\n");
    return collectComplaint("meminfo_numa", system);
  };
  const std::string place = "sys/devices/system/node/node0/";
  EXPECT_EQ(complaintOf("Node 0 MemFree: much kB\n", ""),
            place + "meminfo:1: expected a number, got 'much'");
  EXPECT_EQ(complaintOf("Node 0 MemFree:\n", ""),
            place + "meminfo:1: expected at least 4 columns, got 3");
  EXPECT_EQ(complaintOf("Node 0 MemFree: 5 MB\n", ""),
            place + "meminfo:1: expected a number, or a number and kB, got 'Node 0 MemFree: 5 MB'");
  EXPECT_EQ(complaintOf("Node 0 : 5 kB\n", ""), place + "meminfo:1: expected a field, got ':'");
  EXPECT_EQ(complaintOf("a new line\n\n", ""), "");
  EXPECT_EQ(complaintOf("", "numa_hit few\n"), place + "numastat:1: expected a number, got 'few'");
  EXPECT_EQ(complaintOf("", "numa_hit 1 2\n"),
            place + "numastat:1: expected a name and a number, got 'numa_hit 1 2'");
}

}  // namespace orchestrator_exporter
