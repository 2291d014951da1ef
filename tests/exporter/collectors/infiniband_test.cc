#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

std::string path(std::string_view name, std::string_view device = "mlx5_0") {
  return "sys/class/infiniband/" + std::string(device) + "/" + std::string(name);
}

TempSystem& device(TempSystem& system, std::string_view name = "mlx5_0") {
  return system.file(path("fw_ver", name), "20.31.1014\n")
      .file(path("board_id", name), "MT_0000000223\n")
      .file(path("hca_type", name), "MT4123\n")
      .file(path("ports/1/link_layer", name), "InfiniBand\n")
      .file(path("ports/1/state", name), "4: ACTIVE\n")
      .file(path("ports/1/phys_state", name), "5: LinkUp\n")
      .file(path("ports/1/rate", name), "100 Gb/sec (4X EDR)\n")
      .file(path("ports/1/counters/port_rcv_data", name), "250\n")
      .file(path("ports/1/counters/symbol_error", name), "7\n")
      .file(path("ports/1/counters/other", name), "words\n")
      .file(path("ports/1/counters_ext/port_xmit_data_64", name), "3\n")
      .file(path("ports/1/hw_counters/lifespan", name), "12999\n")
      .file(path("ports/1/hw_counters/out_of_buffer", name), "9\n");
}

// What is complained of with this text in one file, while the others are given.
std::string complaintWith(std::string_view name, std::string_view text) {
  TempSystem system;
  device(system).file(path(name), text);
  EXPECT_THAT(collectSamples("infiniband", system),
              HasSubstr("node_infiniband_port_data_received_bytes_total"));
  return collectComplaint("infiniband", system);
}

std::string samplesWith(std::string_view name, std::string_view text) {
  TempSystem system;
  device(system).file(path(name), text);
  return collectSamples("infiniband", system);
}

std::string samplesWithout(std::string_view name) {
  TempSystem system;
  device(system).remove(path(name));
  return collectSamples("infiniband", system);
}

}  // namespace

TEST(Infiniband, ReportsDevicesAndPorts) {
  TempSystem system;
  EXPECT_EQ(
      collectSamples("infiniband", device(system)),
      R"(node_infiniband_info{board_id="MT_0000000223",device="mlx5_0",firmware_version="20.31.1014",hca_type="MT4123"} 1
node_infiniband_legacy_data_transmitted_bytes_total{device="mlx5_0",port="1"} 12
node_infiniband_lifespan_seconds{device="mlx5_0",port="1"} 12
node_infiniband_out_of_buffer_drops_total{device="mlx5_0",port="1"} 9
node_infiniband_physical_state_id{device="mlx5_0",port="1"} 5
node_infiniband_port_data_received_bytes_total{device="mlx5_0",port="1"} 1000
node_infiniband_rate_bytes_per_second{device="mlx5_0",port="1"} 12500000000
node_infiniband_state_id{device="mlx5_0",port="1"} 4
node_infiniband_symbol_error_total{device="mlx5_0",port="1"} 7
)");
}

TEST(Infiniband, GivesCountersAndGauges) {
  TempSystem system;
  const std::string text = collectText("infiniband", device(system));
  EXPECT_THAT(text, HasSubstr("# TYPE node_infiniband_lifespan_seconds gauge\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE node_infiniband_out_of_buffer_drops_total counter\n"));
}

TEST(Infiniband, LeavesOutCountersThatAreMissing) {
  EXPECT_THAT(samplesWithout("ports/1/counters/symbol_error"), Not(HasSubstr("symbol_error")));
  EXPECT_THAT(samplesWithout("ports/1/hw_counters"), Not(HasSubstr("lifespan")));
}

TEST(Infiniband, LeavesOutLegacyCountersWithoutTheOthers) {
  const std::string samples = samplesWithout("ports/1/counters");
  EXPECT_THAT(samples, Not(HasSubstr("legacy")));
  EXPECT_THAT(samples, HasSubstr("out_of_buffer"));
}

TEST(Infiniband, LeavesOutCountersThatThePortDoesNotHave) {
  EXPECT_THAT(samplesWith("ports/1/counters/symbol_error", "N/A (no PMA)\n"),
              Not(HasSubstr("symbol_error")));
}

TEST(Infiniband, LeavesBoardAndTypeEmptyWhereTheyAreMissing) {
  EXPECT_THAT(samplesWithout("board_id"), HasSubstr("board_id=\"\""));
  EXPECT_THAT(samplesWithout("hca_type"), HasSubstr("hca_type=\"\""));
}

TEST(Infiniband, RoundsRatesToSinglePrecision) {
  EXPECT_THAT(samplesWith("ports/1/rate", "2.5 Gb/sec (1X SDR)\n"),
              HasSubstr("node_infiniband_rate_bytes_per_second{device=\"mlx5_0\",port=\"1\"} "
                        "312500000\n"));
  // 0.1 as a float is 0.100000001490116…
  EXPECT_THAT(samplesWith("ports/1/rate", "0.1 Gb/sec\n"),
              HasSubstr("node_infiniband_rate_bytes_per_second{device=\"mlx5_0\",port=\"1\"} "
                        "12500000\n"));
}

TEST(Infiniband, TakesDevicesByItsFlags) {
  TempSystem system;
  device(device(system), "mlx5_1");
  EXPECT_THAT(collectSamples("infiniband", system), HasSubstr("mlx5_1"));
  EXPECT_THAT(
      collectSamples("infiniband", system, Flags{{"collector.infiniband.device-exclude", "_1$"}}),
      testing::AllOf(HasSubstr("mlx5_0"), Not(HasSubstr("mlx5_1"))));
  EXPECT_THAT(
      collectSamples("infiniband", system, Flags{{"collector.infiniband.device-include", "_1$"}}),
      testing::AllOf(HasSubstr("mlx5_1"), Not(HasSubstr("mlx5_0"))));
}

TEST(Infiniband, HasNoDataWithoutDevices) {
  EXPECT_EQ(collectError("infiniband", TempSystem()), "no data");
}

// As irdma, which has no fw_ver, and hfi1, whose ports have no link_layer.
TEST(Infiniband, WhatADriverDoesNotTellCostsItself) {
  EXPECT_THAT(samplesWithout("fw_ver"),
              testing::AllOf(HasSubstr("firmware_version=\"\""), HasSubstr("state_id")));
  EXPECT_THAT(samplesWithout("ports"),
              testing::AllOf(HasSubstr("firmware_version"), Not(HasSubstr("state_id"))));
  EXPECT_THAT(samplesWithout("ports/1/link_layer"), HasSubstr("state_id"));
  EXPECT_THAT(
      samplesWithout("ports/1/state"),
      testing::AllOf(HasSubstr("physical_state_id"), Not(HasSubstr("infiniband_state_id"))));
  EXPECT_THAT(
      samplesWithout("ports/1/phys_state"),
      testing::AllOf(HasSubstr("infiniband_state_id"), Not(HasSubstr("physical_state_id"))));
  EXPECT_THAT(samplesWithout("ports/1/rate"),
              testing::AllOf(HasSubstr("infiniband_state_id"), Not(HasSubstr("rate_bytes"))));
}

TEST(Infiniband, DoesNotReadWhatItsFlagsLeaveOut) {
  TempSystem system;
  device(device(system), "mlx5_1").file(path("ports/1/state", "mlx5_1"), "active\n");
  EXPECT_EQ(
      collectComplaint("infiniband", system, Flags{{"collector.infiniband.device-exclude", "_1$"}}),
      "");
}

TEST(Infiniband, PassesOverADeviceThatWentAwaySinceItWasListed) {
  TempSystem system;
  device(system).link("sys/class/infiniband/mlx5_1", "gone");
  EXPECT_THAT(collectSamples("infiniband", system), Not(HasSubstr("mlx5_1")));
}

TEST(Infiniband, WhatIsGarbledCostsItself) {
  EXPECT_EQ(complaintWith("ports/1/counters/symbol_error", "many\n"),
            "sys/class/infiniband/mlx5_0/ports/1/counters/symbol_error:1: expected a whole number "
            "of at most 64 bits, got 'many'");
  EXPECT_EQ(complaintWith("ports/1/rate", "fast\n"),
            "sys/class/infiniband/mlx5_0/ports/1/rate:1: expected a rate in Gb/sec, "
            "got 'fast\\x0a'");
  EXPECT_EQ(complaintWith("ports/1/rate", "-1 Gb/sec\n"),
            "sys/class/infiniband/mlx5_0/ports/1/rate:1: expected a rate in Gb/sec, "
            "got '-1 Gb/sec\\x0a'");
  EXPECT_EQ(complaintWith("ports/1/phys_state", "4294967296: LinkUp\n"),
            "sys/class/infiniband/mlx5_0/ports/1/phys_state:1: expected a number, a colon and a "
            "name, got '4294967296: LinkUp\\x0a'");
  EXPECT_EQ(complaintWith("ports/one/state", "4: ACTIVE\n"),
            "sys/class/infiniband/mlx5_0/ports: expected the number of a port, got 'one'");
}

}  // namespace orchestrator_exporter
