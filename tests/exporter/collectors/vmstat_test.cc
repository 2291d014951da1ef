#include <gtest/gtest.h>

#include "exporter/host/flags.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Vmstat, ReportsPagingAndFaults) {
  EXPECT_EQ(collectText("vmstat", fixture("typical")),
            R"(# HELP node_vmstat_oom_kill Field oom_kill of proc/vmstat.
# TYPE node_vmstat_oom_kill untyped
node_vmstat_oom_kill 0
# HELP node_vmstat_pgfault Field pgfault of proc/vmstat.
# TYPE node_vmstat_pgfault untyped
node_vmstat_pgfault 61220041
# HELP node_vmstat_pgmajfault Field pgmajfault of proc/vmstat.
# TYPE node_vmstat_pgmajfault untyped
node_vmstat_pgmajfault 4102
# HELP node_vmstat_pgpgin Field pgpgin of proc/vmstat.
# TYPE node_vmstat_pgpgin untyped
node_vmstat_pgpgin 2981420
# HELP node_vmstat_pgpgout Field pgpgout of proc/vmstat.
# TYPE node_vmstat_pgpgout untyped
node_vmstat_pgpgout 5120044
# HELP node_vmstat_pswpin Field pswpin of proc/vmstat.
# TYPE node_vmstat_pswpin untyped
node_vmstat_pswpin 3
# HELP node_vmstat_pswpout Field pswpout of proc/vmstat.
# TYPE node_vmstat_pswpout untyped
node_vmstat_pswpout 259
)");
}

TEST(Vmstat, ReportsWhatItsExpressionMatches) {
  EXPECT_EQ(collectSamples("vmstat", fixture("typical"),
                           Flags({{"collector.vmstat.fields", "dirty|^pgalloc"}})),
            "node_vmstat_nr_dirty 85\nnode_vmstat_pgalloc_normal 88120345\n");
}

TEST(Vmstat, RefusesABadExpression) {
  EXPECT_EQ(collectError("vmstat", fixture("typical"), Flags({{"collector.vmstat.fields", "("}})),
            "--collector.vmstat.fields: bad regular expression '(': missing ): (");
}

TEST(Vmstat, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("vmstat", TempSystem()), "proc/vmstat: No such file or directory");
}

TEST(Vmstat, LeavesOutAFieldThatIsGarbled) {
  TempSystem system;
  system.file("proc/vmstat", "pgpgin 1\n\nnr_dirty few\npgpgout many\npswpin\npswpout 2\nnew\n");
  EXPECT_EQ(collectSamples("vmstat", system), "node_vmstat_pgpgin 1\nnode_vmstat_pswpout 2\n");
  EXPECT_EQ(collectComplaint("vmstat", system),
            "proc/vmstat:4: expected a number, got 'many'; "
            "proc/vmstat:5: expected at least 2 columns, got 1");
}

TEST(Vmstat, FailsWhereNoFieldCanBeRead) {
  TempSystem system;
  system.file("proc/vmstat", "pgpgin few\n");
  EXPECT_EQ(collectError("vmstat", system), "proc/vmstat:1: expected a number, got 'few'");
}

}  // namespace orchestrator_exporter
