#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Stat, ReportsSixCountsOfTheHost) {
  EXPECT_EQ(collectText("stat", fixture("typical")),
            R"(# HELP node_boot_time_seconds Unix time at which the host booted.
# TYPE node_boot_time_seconds gauge
node_boot_time_seconds 1767225600
# HELP node_context_switches_total Context switches of all processors.
# TYPE node_context_switches_total counter
node_context_switches_total 720114
# HELP node_forks_total Processes and threads created since boot.
# TYPE node_forks_total counter
node_forks_total 16380
# HELP node_intr_total Interrupts served since boot.
# TYPE node_intr_total counter
node_intr_total 381220
# HELP node_procs_blocked Tasks that wait for input or output to complete.
# TYPE node_procs_blocked gauge
node_procs_blocked 1
# HELP node_procs_running Tasks that run or wait for a processor.
# TYPE node_procs_running gauge
node_procs_running 2
)");
}

TEST(Stat, ReportsSoftwareInterruptsOnRequest) {
  EXPECT_EQ(collectSamples("stat", fixture("typical"), Flags({{"collector.stat.softirq", "true"}})),
            R"(node_boot_time_seconds 1767225600
node_context_switches_total 720114
node_forks_total 16380
node_intr_total 381220
node_procs_blocked 1
node_procs_running 2
node_softirqs_total{vector="hi"} 3
node_softirqs_total{vector="timer"} 42011
node_softirqs_total{vector="net_tx"} 17
node_softirqs_total{vector="net_rx"} 10520
node_softirqs_total{vector="block"} 106302
node_softirqs_total{vector="block_iopoll"} 0
node_softirqs_total{vector="tasklet"} 41
node_softirqs_total{vector="sched"} 70118
node_softirqs_total{vector="hrtimer"} 209
node_softirqs_total{vector="rcu"} 59720
)");
}

TEST(Stat, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("stat", TempSystem()), "proc/stat: No such file or directory");
}

TEST(Stat, FailsWhereARowIsGarbled) {
  const auto errorOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/stat", row);
    return collectError("stat", system);
  };
  EXPECT_EQ(errorOf("btime soon\n"),
            "proc/stat:1: expected a whole number of at most 64 bits, got 'soon'");
  EXPECT_EQ(errorOf("cpu 1 x\n"), "proc/stat:1: expected a number, got 'x'");
  EXPECT_EQ(errorOf("cpux 1 2\n"), "proc/stat:1: expected cpu and its number, got 'cpux'");
  EXPECT_EQ(errorOf("intr 20 7 x 6\n"),
            "proc/stat:1: expected a whole number of at most 64 bits, got 'x'");
  EXPECT_EQ(errorOf("intr 20 7 18446744073709551616 6\n"),
            "proc/stat:1: expected a whole number of at most 64 bits, got '18446744073709551616'");
}

TEST(Stat, FailsWhereTheSoftwareInterruptsAreShort) {
  TempSystem system;
  system.file("proc/stat", "ctxt 5\nsoftirq 55 1 2 3 4 5 6 7 8 9\n");
  EXPECT_EQ(collectError("stat", system), "proc/stat:2: expected at least 12 columns, got 11");
}

TEST(Stat, CallsCountsThatTheFileLacksZero) {
  TempSystem system;
  system.file("proc/stat", "ctxt 5\nbtime\n\n");
  EXPECT_EQ(collectSamples("stat", system), R"(node_boot_time_seconds 0
node_context_switches_total 5
node_forks_total 0
node_intr_total 0
node_procs_blocked 0
node_procs_running 0
)");
}

}  // namespace orchestrator_exporter
