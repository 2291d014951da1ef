#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

std::string softnet(std::string_view rows) {
  TempSystem system;
  system.file("proc/net/softnet_stat", rows);
  return collectSamples("softnet", system);
}

using testing::HasSubstr;

}  // namespace

TEST(Softnet, ReportsEachProcessor) {
  EXPECT_EQ(collectText("softnet", fixture("typical")),
            R"(# HELP node_softnet_backlog_len Packets waiting in the backlog.
# TYPE node_softnet_backlog_len gauge
node_softnet_backlog_len{cpu="0"} 4
node_softnet_backlog_len{cpu="1"} 0
# HELP node_softnet_cpu_collision_total Collisions with another processor on a device's transmit lock.
# TYPE node_softnet_cpu_collision_total counter
node_softnet_cpu_collision_total{cpu="0"} 1
node_softnet_cpu_collision_total{cpu="1"} 0
# HELP node_softnet_dropped_total Packets dropped because the backlog was full.
# TYPE node_softnet_dropped_total counter
node_softnet_dropped_total{cpu="0"} 0
node_softnet_dropped_total{cpu="1"} 5
# HELP node_softnet_flow_limit_count_total Times that the flow limit was reached.
# TYPE node_softnet_flow_limit_count_total counter
node_softnet_flow_limit_count_total{cpu="0"} 0
node_softnet_flow_limit_count_total{cpu="1"} 6
# HELP node_softnet_processed_total Packets processed.
# TYPE node_softnet_processed_total counter
node_softnet_processed_total{cpu="0"} 90000
node_softnet_processed_total{cpu="1"} 36000
# HELP node_softnet_received_rps_total Times that another processor woke this one to receive packets.
# TYPE node_softnet_received_rps_total counter
node_softnet_received_rps_total{cpu="0"} 3
node_softnet_received_rps_total{cpu="1"} 0
# HELP node_softnet_times_squeezed_total Times that budget or time ran out while packets were left.
# TYPE node_softnet_times_squeezed_total counter
node_softnet_times_squeezed_total{cpu="0"} 2
node_softnet_times_squeezed_total{cpu="1"} 0
)");
}

TEST(Softnet, CountsRowsWhereTheyDoNotTellTheirProcessor) {
  EXPECT_EQ(softnet("1 2 3 4 5 6 7 8 9\n1 2 3 4 5 6 7 8 9 a b c\n"),
            "node_softnet_backlog_len{cpu=\"0\"} 0\n"
            "node_softnet_backlog_len{cpu=\"1\"} 0\n"
            "node_softnet_cpu_collision_total{cpu=\"0\"} 9\n"
            "node_softnet_cpu_collision_total{cpu=\"1\"} 9\n"
            "node_softnet_dropped_total{cpu=\"0\"} 2\n"
            "node_softnet_dropped_total{cpu=\"1\"} 2\n"
            "node_softnet_flow_limit_count_total{cpu=\"0\"} 0\n"
            "node_softnet_flow_limit_count_total{cpu=\"1\"} 11\n"
            "node_softnet_processed_total{cpu=\"0\"} 1\n"
            "node_softnet_processed_total{cpu=\"1\"} 1\n"
            "node_softnet_received_rps_total{cpu=\"0\"} 0\n"
            "node_softnet_received_rps_total{cpu=\"1\"} 10\n"
            "node_softnet_times_squeezed_total{cpu=\"0\"} 3\n"
            "node_softnet_times_squeezed_total{cpu=\"1\"} 3\n");
}

TEST(Softnet, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("softnet", TempSystem()),
            "proc/net/softnet_stat: No such file or directory");
}

TEST(Softnet, TakesTheProcessorsThatAreOnlineWhereRowsDoNotTellTheirs) {
  TempSystem system;
  system.file("proc/net/softnet_stat", "1 2 3 4 5 6 7 8 9\n2 2 3 4 5 6 7 8 9\n3 2 3 4 5 6 7 8 9\n")
      .file("sys/devices/system/cpu/online", "0,2-3\n");
  const std::string samples = collectSamples("softnet", system);
  EXPECT_THAT(samples, HasSubstr("node_softnet_processed_total{cpu=\"0\"} 1\n"
                                 "node_softnet_processed_total{cpu=\"2\"} 2\n"
                                 "node_softnet_processed_total{cpu=\"3\"} 3\n"));
}

TEST(Softnet, LeavesOutAProcessorWhoseRowIsGarbled) {
  const auto complaintOf = [](std::string_view row) {
    TempSystem system;
    system.file("proc/net/softnet_stat", std::string(row) + "1 2 3 x 5 6 7 8 9 a b c 3 d e\n");
    const std::string samples = collectSamples("softnet", system);
    EXPECT_THAT(samples, HasSubstr("node_softnet_processed_total{cpu=\"3\"} 1\n"));
    EXPECT_EQ(std::count(samples.begin(), samples.end(), '\n'), 7);
    return collectComplaint("softnet", system);
  };
  EXPECT_EQ(complaintOf("1 2 3 4 5 6 7 8\n"),
            "proc/net/softnet_stat:1: expected at least 9 columns, got 8");
  EXPECT_EQ(complaintOf("x 2 3 4 5 6 7 8 9\n"),
            "proc/net/softnet_stat:1: expected a hexadecimal number, got 'x'");
  EXPECT_EQ(complaintOf("1 2 3 4 5 6 7 8 9 a b c x\n"),
            "proc/net/softnet_stat:1: expected a hexadecimal number, got 'x'");
  EXPECT_EQ(complaintOf("1ffffffff 2 3 4 5 6 7 8 9\n"),
            "proc/net/softnet_stat:1: expected a hexadecimal number of at most 32 bits, "
            "got '1ffffffff'");
  EXPECT_EQ(complaintOf("\n"), "");
}

TEST(Softnet, FailsWhereNoRowCanBeRead) {
  TempSystem system;
  system.file("proc/net/softnet_stat", "1 2 3\n");
  EXPECT_EQ(collectError("softnet", system),
            "proc/net/softnet_stat:1: expected at least 9 columns, got 3");
}

}  // namespace orchestrator_exporter
