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

TEST(Swap, GivesNothingWhereARowIsGarbled) {
  const auto errorOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/swaps", "Filename\n/dev/sda2 partition 9 1 -2\n" + std::string(row));
    EXPECT_EQ(collectSamplesUntilFailure("swap", system), "");
    return collectError("swap", system);
  };
  EXPECT_EQ(errorOf("/swap file 10 5\n"), "proc/swaps:3: expected at least 5 columns, got 4");
  EXPECT_EQ(errorOf("/swap file big 5 1\n"), "proc/swaps:3: expected a whole number, got 'big'");
  EXPECT_EQ(errorOf("\n"), "proc/swaps:3: expected at least 1 columns, got 0");
}

TEST(Swap, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("swap", TempSystem()), "proc/swaps: No such file or directory");
}

}  // namespace orchestrator_exporter
