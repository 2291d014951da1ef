#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Loadavg, ReportsThreeAverages) {
  EXPECT_EQ(collectText("loadavg", fixture("typical")),
            R"(# HELP node_load1 Load average over one minute.
# TYPE node_load1 gauge
node_load1 0.21
# HELP node_load15 Load average over fifteen minutes.
# TYPE node_load15 gauge
node_load15 0.39
# HELP node_load5 Load average over five minutes.
# TYPE node_load5 gauge
node_load5 0.37
)");
}

TEST(Loadavg, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("loadavg", TempSystem()), "proc/loadavg: No such file or directory");
}

TEST(Loadavg, FailsWhereTheFileIsGarbled) {
  TempSystem system;
  system.file("proc/loadavg", "abc 0.37 0.39 1/719 19737\n");
  EXPECT_EQ(collectError("loadavg", system), "proc/loadavg:1: expected a number, got 'abc'");
}

TEST(Loadavg, FailsWhereAnAverageIsMissing) {
  TempSystem system;
  system.file("proc/loadavg", "0.21 0.37\n");
  EXPECT_EQ(collectError("loadavg", system), "proc/loadavg:1: expected at least 3 columns, got 2");
}

TEST(Loadavg, GivesNothingWhereOneAverageIsGarbled) {
  TempSystem system;
  system.file("proc/loadavg", "0.21 abc 0.39 1/719 19737\n");
  EXPECT_EQ(collectSamplesUntilFailure("loadavg", system), "");
}

}  // namespace orchestrator_exporter
