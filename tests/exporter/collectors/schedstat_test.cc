#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Schedstat, ReportsRunningWaitingAndTimeslices) {
  EXPECT_EQ(
      collectText("schedstat", fixture("typical")),
      R"(# HELP node_schedstat_running_seconds_total Time that tasks spent running on the processor.
# TYPE node_schedstat_running_seconds_total counter
node_schedstat_running_seconds_total{cpu="0"} 12.5
node_schedstat_running_seconds_total{cpu="1"} 11.75
# HELP node_schedstat_timeslices_total Time slices that tasks ran for.
# TYPE node_schedstat_timeslices_total counter
node_schedstat_timeslices_total{cpu="0"} 41207
node_schedstat_timeslices_total{cpu="1"} 40116
# HELP node_schedstat_waiting_seconds_total Time that tasks spent waiting for the processor.
# TYPE node_schedstat_waiting_seconds_total counter
node_schedstat_waiting_seconds_total{cpu="0"} 3.25
node_schedstat_waiting_seconds_total{cpu="1"} 2.5
)");
}

TEST(Schedstat, HasNoDataWhereTheKernelDoesNotCount) {
  EXPECT_EQ(collectError("schedstat", TempSystem()), "no data");
}

TEST(Schedstat, LeavesOutAProcessorWhoseRowIsGarbled) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/schedstat", "version 15\n" + std::string(row) +
                                      "cpu5 x 2 3 4 5 6 7000000000 8000000000 9 10\n");
    EXPECT_EQ(collectSamples("schedstat", system),
              "node_schedstat_running_seconds_total{cpu=\"5\"} 7\n"
              "node_schedstat_timeslices_total{cpu=\"5\"} 9\n"
              "node_schedstat_waiting_seconds_total{cpu=\"5\"} 8\n");
    return collectComplaint("schedstat", system);
  };
  EXPECT_EQ(complaintOf("cpu2 1 2 3 4 5 6 7 8\n"),
            "proc/schedstat:2: expected at least 10 columns, got 9");
  EXPECT_EQ(complaintOf("cpu2 1 2 3 4 5 6 7 -8 9\n"),
            "proc/schedstat:2: expected a whole number of at most 64 bits, got '-8'");
  EXPECT_EQ(complaintOf("cpux 1 2 3 4 5 6 7 8 9\n"),
            "proc/schedstat:2: expected cpu and its number, got 'cpux'");
  EXPECT_EQ(complaintOf("timestamp 4295\n\ndomain0 3 1 2\nsomething new\n"), "");
}

}  // namespace orchestrator_exporter
