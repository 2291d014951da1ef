#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

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

TEST(Cgroups, ARowThatIsGarbledCostsItself) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/cgroups", std::string(row) + "memory x 3 1\n");
    EXPECT_EQ(collectSamples("cgroups", system),
              "node_cgroups_cgroups{subsys_name=\"memory\"} 3\n"
              "node_cgroups_enabled{subsys_name=\"memory\"} 1\n");
    return collectComplaint("cgroups", system);
  };
  EXPECT_EQ(complaintOf("cpu 1 2\n"), "proc/cgroups:1: expected at least 4 columns, got 3");
  EXPECT_EQ(complaintOf("cpu 1 2 yes\n"), "proc/cgroups:1: expected a whole number, got 'yes'");
  EXPECT_EQ(complaintOf("\n"), "");
}

TEST(Cgroups, FailsWhereNoRowIsUnderstood) {
  TempSystem system;
  system.file("proc/cgroups", "#subsys_name\ncpu 1 2\n");
  EXPECT_EQ(collectError("cgroups", system), "proc/cgroups:2: expected at least 4 columns, got 3");
}

}  // namespace orchestrator_exporter
