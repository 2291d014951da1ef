#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Softirqs, ReportsEachTypeByProcessor) {
  const std::string samples = collectSamples("softirqs", fixture("typical"));
  EXPECT_EQ(samples, R"(node_softirqs_functions_total{cpu="0",type="HI"} 1
node_softirqs_functions_total{cpu="1",type="HI"} 2
node_softirqs_functions_total{cpu="0",type="TIMER"} 20662
node_softirqs_functions_total{cpu="1",type="TIMER"} 22143
node_softirqs_functions_total{cpu="0",type="NET_TX"} 3
node_softirqs_functions_total{cpu="1",type="NET_TX"} 14
node_softirqs_functions_total{cpu="0",type="NET_RX"} 10402
node_softirqs_functions_total{cpu="1",type="NET_RX"} 118
node_softirqs_functions_total{cpu="0",type="BLOCK"} 53000
node_softirqs_functions_total{cpu="1",type="BLOCK"} 53302
node_softirqs_functions_total{cpu="0",type="IRQ_POLL"} 0
node_softirqs_functions_total{cpu="1",type="IRQ_POLL"} 0
node_softirqs_functions_total{cpu="0",type="TASKLET"} 40
node_softirqs_functions_total{cpu="1",type="TASKLET"} 1
node_softirqs_functions_total{cpu="0",type="SCHED"} 35010
node_softirqs_functions_total{cpu="1",type="SCHED"} 35108
node_softirqs_functions_total{cpu="0",type="HRTIMER"} 100
node_softirqs_functions_total{cpu="1",type="HRTIMER"} 109
node_softirqs_functions_total{cpu="0",type="RCU"} 29860
node_softirqs_functions_total{cpu="1",type="RCU"} 29860
)");
}

TEST(Softirqs, NumbersProcessorsAsTheHeaderDoes) {
  TempSystem system;
  system.file("proc/softirqs", "  CPU1 CPU5\n  RCU: 7 8\n  NEW_ONE: many\n\n  HI:\n");
  EXPECT_EQ(
      collectText("softirqs", system),
      R"(# HELP node_softirqs_functions_total Software interrupts served, by processor and type.
# TYPE node_softirqs_functions_total counter
node_softirqs_functions_total{cpu="1",type="RCU"} 7
node_softirqs_functions_total{cpu="5",type="RCU"} 8
)");
  EXPECT_EQ(collectComplaint("softirqs", system), "");
}

TEST(Softirqs, LeavesOutWhatIsGarbled) {
  TempSystem system;
  system.file("proc/softirqs", "  CPU0 CPU1\n  HI: few 2\n  RCU: 7 8 9\n  SCHED: 3 4\n");
  EXPECT_EQ(collectSamples("softirqs", system),
            "node_softirqs_functions_total{cpu=\"1\",type=\"HI\"} 2\n"
            "node_softirqs_functions_total{cpu=\"0\",type=\"SCHED\"} 3\n"
            "node_softirqs_functions_total{cpu=\"1\",type=\"SCHED\"} 4\n");
  EXPECT_EQ(collectComplaint("softirqs", system),
            "proc/softirqs:2: expected a whole number of at most 64 bits, got 'few'; "
            "proc/softirqs:3: expected as many counts as there are processors, got "
            "'  RCU: 7 8 9'");
}

TEST(Softirqs, FailsWhereTheFileIsMissingEmptyOrOfAnotherKind) {
  TempSystem system;
  EXPECT_EQ(collectError("softirqs", system), "proc/softirqs: No such file or directory");
  system.file("proc/softirqs", "");
  EXPECT_EQ(collectError("softirqs", system),
            "proc/softirqs:1: expected a header of processors, got ''");
  system.file("proc/softirqs", "  HI: 1\n");
  EXPECT_EQ(collectError("softirqs", system),
            "proc/softirqs:1: expected a header of processors, got '  HI: 1'");
}

}  // namespace orchestrator_exporter
