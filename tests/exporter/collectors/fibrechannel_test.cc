#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHost = "sys/class/fc_host/host3/";

TempSystem& attribute(TempSystem& system, std::string_view name, std::string_view text) {
  return system.file(std::string(kHost) + std::string(name), text);
}

TempSystem& host(TempSystem& system) {
  for (const auto& [name, text] : {std::pair("dev_loss_tmo", "30\n"),
                                   std::pair("fabric_name", "0x100000051e01\n"),
                                   std::pair("port_id", "0x010a02\n"),
                                   std::pair("port_name", "0x10000090fa9e\n"),
                                   std::pair("port_state", "Online\n"),
                                   std::pair("port_type", "NPort (fabric via point)\n"),
                                   std::pair("speed", "16 Gbit\n"),
                                   std::pair("supported_classes", "Class 3\n"),
                                   std::pair("supported_speeds", "4 Gbit, 8 Gbit\n"),
                                   std::pair("symbolic_name", "Adapter\n"),
                                   std::pair("statistics/dumped_frames", "0xffffffffffffffff\n"),
                                   std::pair("statistics/error_frames", "0x1\n"),
                                   std::pair("statistics/fcp_packet_aborts", "0x2\n"),
                                   std::pair("statistics/invalid_crc_count", "0x3\n"),
                                   std::pair("statistics/invalid_tx_word_count", "0x4\n"),
                                   std::pair("statistics/link_failure_count", "0x5\n"),
                                   std::pair("statistics/loss_of_signal_count", "0x6\n"),
                                   std::pair("statistics/loss_of_sync_count", "0x7\n"),
                                   std::pair("statistics/nos_count", "0x8\n"),
                                   std::pair("statistics/rx_frames", "0x9\n"),
                                   std::pair("statistics/rx_words", "0xa\n"),
                                   std::pair("statistics/seconds_since_last_reset", "0xb\n"),
                                   std::pair("statistics/tx_frames", "0xc\n"),
                                   std::pair("statistics/tx_words", "0x1f\n")}) {
    attribute(system, name, text);
  }
  return system;
}

}  // namespace

TEST(Fibrechannel, ReportsAHost) {
  TempSystem system;
  EXPECT_EQ(collectSamples("fibrechannel", host(system)),
            R"text(node_fibrechannel_error_frames_total{fc_host="host3"} 1
node_fibrechannel_fcp_packet_aborts_total{fc_host="host3"} 2
node_fibrechannel_info{dev_loss_tmo="30",fabric_name="100000051e01",fc_host="host3",port_id="010a02",port_name="10000090fa9e",port_state="Online",port_type="NPort (fabric via point)",speed="16 Gbit",supported_classes="Class 3",supported_speeds="4 Gbit, 8 Gbit",symbolic_name="Adapter"} 1
node_fibrechannel_invalid_crc_total{fc_host="host3"} 3
node_fibrechannel_invalid_tx_words_total{fc_host="host3"} 4
node_fibrechannel_link_failure_total{fc_host="host3"} 5
node_fibrechannel_loss_of_signal_total{fc_host="host3"} 6
node_fibrechannel_loss_of_sync_total{fc_host="host3"} 7
node_fibrechannel_nos_total{fc_host="host3"} 8
node_fibrechannel_rx_frames_total{fc_host="host3"} 9
node_fibrechannel_rx_words_total{fc_host="host3"} 10
node_fibrechannel_seconds_since_last_reset_total{fc_host="host3"} 11
node_fibrechannel_tx_frames_total{fc_host="host3"} 12
node_fibrechannel_tx_words_total{fc_host="host3"} 31
)text");
}

TEST(Fibrechannel, GivesNoStatisticsWhileTheDriverDoesNotKnowThePortsState) {
  TempSystem system;
  attribute(host(system), "port_state", "Unknown\n");
  EXPECT_THAT(collectSamples("fibrechannel", system),
              testing::AllOf(HasSubstr("port_state=\"Unknown\""), Not(HasSubstr("_total{"))));
}

TEST(Fibrechannel, NeedsNoStateForTheStatistics) {
  TempSystem system;
  host(system).remove(std::string(kHost) + "port_state");
  EXPECT_THAT(
      collectSamples("fibrechannel", system),
      testing::AllOf(HasSubstr("port_state=\"\""),
                     HasSubstr("node_fibrechannel_tx_words_total{fc_host=\"host3\"} 31\n")));
}

TEST(Fibrechannel, LeavesOutStatisticsThatAreMissing) {
  TempSystem system;
  host(system).remove(std::string(kHost) + "statistics/tx_words");
  const std::string samples = collectSamples("fibrechannel", system);
  EXPECT_THAT(samples, Not(HasSubstr("node_fibrechannel_tx_words_total")));
  EXPECT_THAT(samples, HasSubstr("node_fibrechannel_tx_frames_total"));
}

TEST(Fibrechannel, LeavesLabelsEmptyWhereAttributesAreMissing) {
  TempSystem system;
  host(system).remove(std::string(kHost) + "symbolic_name");
  EXPECT_THAT(collectSamples("fibrechannel", system), HasSubstr("symbolic_name=\"\""));
}

TEST(Fibrechannel, HasNoDataWithoutHosts) {
  EXPECT_EQ(collectError("fibrechannel", TempSystem()), "no data");
}

TEST(Fibrechannel, WhatIsGarbledOrUnreadableCostsItself) {
  TempSystem system;
  attribute(host(system), "statistics/tx_words", "many\n");
  system.remove(std::string(kHost) + "speed").directory(std::string(kHost) + "speed");
  EXPECT_EQ(collectComplaint("fibrechannel", system),
            "sys/class/fc_host/host3/speed: Is a directory; "
            "sys/class/fc_host/host3/statistics/tx_words:1: expected a whole number of at most 64 "
            "bits, got 'many'");
  EXPECT_THAT(collectSamples("fibrechannel", system),
              testing::AllOf(HasSubstr("speed=\"\""),
                             HasSubstr("node_fibrechannel_tx_frames_total{fc_host=\"host3\"} 12\n"),
                             Not(HasSubstr("node_fibrechannel_tx_words_total"))));
}

TEST(Fibrechannel, PassesOverAHostThatWentAwaySinceItWasListed) {
  TempSystem system;
  host(system).link("sys/class/fc_host/host4", "gone");
  EXPECT_THAT(collectSamples("fibrechannel", system), Not(HasSubstr("host4")));
  EXPECT_EQ(collectComplaint("fibrechannel", system), "");
}

}  // namespace orchestrator_exporter
