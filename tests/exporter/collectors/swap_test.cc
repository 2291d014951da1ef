#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Swap, ReportsEachArea) {
  EXPECT_EQ(collectText("swap", fixture("typical")),
            R"(# HELP node_swap_priority Priority of the swap area; the highest is filled first.
# TYPE node_swap_priority gauge
node_swap_priority{device="/dev/sda2",swap_type="partition"} -2
# HELP node_swap_size_bytes Size of the swap area.
# TYPE node_swap_size_bytes gauge
node_swap_size_bytes{device="/dev/sda2",swap_type="partition"} 2147479552
# HELP node_swap_used_bytes Bytes of the swap area in use.
# TYPE node_swap_used_bytes gauge
node_swap_used_bytes{device="/dev/sda2",swap_type="partition"} 1048576
)");
}

TEST(Swap, ReportsNothingWithoutAreas) {
  TempSystem system;
  system.file("proc/swaps", "Filename Type Size Used Priority\n");
  EXPECT_EQ(collectSamples("swap", system), "");
}

TEST(Swap, UndoesTheEscapesOfNames) {
  TempSystem system;
  system.file("proc/swaps", "Filename Type\n/swap\\040file\\134\\040(deleted) file 9 1 -2\n");
  const std::string samples = collectSamples("swap", system);
  EXPECT_EQ(samples.substr(0, samples.find('\n')),
            R"x(node_swap_priority{device="/swap file\\ (deleted)",swap_type="file"} -2)x");
}

TEST(Swap, LeavesOutAnAreaWhoseRowIsGarbled) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/swaps", "Filename\n" + std::string(row) + "/dev/sda2 partition 9 1 -2\n");
    EXPECT_EQ(collectSamples("swap", system),
              "node_swap_priority{device=\"/dev/sda2\",swap_type=\"partition\"} -2\n"
              "node_swap_size_bytes{device=\"/dev/sda2\",swap_type=\"partition\"} 9216\n"
              "node_swap_used_bytes{device=\"/dev/sda2\",swap_type=\"partition\"} 1024\n");
    return collectComplaint("swap", system);
  };
  EXPECT_EQ(complaintOf("/swap file 10 5\n"), "proc/swaps:2: expected at least 5 columns, got 4");
  EXPECT_EQ(complaintOf("/swap file big 5 1\n"),
            "proc/swaps:2: expected a whole number, got 'big'");
  EXPECT_EQ(complaintOf("\n"), "");
}

TEST(Swap, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("swap", TempSystem()), "proc/swaps: No such file or directory");
}

}  // namespace orchestrator_exporter
