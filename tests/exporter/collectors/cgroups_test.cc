#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

std::string cgroupsError(std::string_view text) {
  TempSystem system;
  system.file("proc/cgroups", text);
  return collectError("cgroups", system);
}

}  // namespace

TEST(Cgroups, ReportsControllers) {
  EXPECT_EQ(collectText("cgroups", fixture("typical")),
            R"(# HELP node_cgroups_cgroups Control groups of a controller.
# TYPE node_cgroups_cgroups gauge
node_cgroups_cgroups{subsys_name="cpuset"} 47
node_cgroups_cgroups{subsys_name="cpu"} 172
node_cgroups_cgroups{subsys_name="hugetlb"} 1
# HELP node_cgroups_enabled 1 where a controller of control groups is enabled.
# TYPE node_cgroups_enabled gauge
node_cgroups_enabled{subsys_name="cpuset"} 1
node_cgroups_enabled{subsys_name="cpu"} 1
node_cgroups_enabled{subsys_name="hugetlb"} 0
)");
}

TEST(Cgroups, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("cgroups", TempSystem()), "proc/cgroups: No such file or directory");
}

TEST(Cgroups, FailsOnGarbledRows) {
  EXPECT_EQ(cgroupsError("cpu 1 2\n"), "proc/cgroups:1: expected at least 4 columns, got 3");
  EXPECT_EQ(cgroupsError("cpu 1 2 yes\n"), "proc/cgroups:1: expected a whole number, got 'yes'");
  EXPECT_EQ(cgroupsError("cpu x 2 1\n"), "proc/cgroups:1: expected a whole number, got 'x'");
  EXPECT_EQ(cgroupsError("\n"), "proc/cgroups:1: expected at least 2 columns, got 0");
}

TEST(Cgroups, GivesNothingWhereARowIsGarbled) {
  TempSystem system;
  system.file("proc/cgroups", "cpu 1 2 1\nmemory\n");
  EXPECT_EQ(collectSamplesUntilFailure("cgroups", system), "");
}

}  // namespace orchestrator_exporter
