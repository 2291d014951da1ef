#include <gtest/gtest.h>

#include "tests/support/collectors.h"
#include "tests/support/scraped_collector.h"

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

TEST(Stat, FailsWhereNothingIsLeftToShow) {
  TempSystem system;
  system.file("proc/stat", "btime soon\n");
  EXPECT_EQ(collectError("stat", system),
            "proc/stat:1: expected a whole number of at most 64 bits, got 'soon'");
}

TEST(Stat, GivesTheCountsThatItUnderstands) {
  TempSystem system;
  system.file("proc/stat",
              "cpux 1 2\nintr 20 7 x 6\nctxt many\nbtime\n\nfuture 1 x\nprocesses 5\n"
              "softirq 55 1 2 3 4 5 6 7 8 9\n");
  ScrapedCollector stat("stat", system, Flags({{"collector.stat.softirq", "true"}}));
  stat.scrape();
  EXPECT_EQ(stat.body(), R"(# HELP node_forks_total Processes and threads created since boot.
# TYPE node_forks_total counter
node_forks_total 5
# HELP node_intr_total Interrupts served since boot.
# TYPE node_intr_total counter
node_intr_total 20
)");
  EXPECT_EQ(stat.complaint(),
            "proc/stat:3: expected a whole number of at most 64 bits, got 'many'; "
            "proc/stat:4: expected at least 2 columns, got 1; "
            "proc/stat:8: expected at least 12 columns, got 11");
}

}  // namespace orchestrator_exporter
