#include "exporter/kernel/network/ethtool_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;

bool all(std::string_view) { return true; }

std::vector<std::string> named(const std::vector<EthtoolStatistic>& statistics,
                               const std::function<bool(std::string_view)>& takes = all) {
  std::vector<std::string> samples;
  for (const EthtoolSample& sample : nameStatistics(statistics, takes)) {
    samples.push_back(sample.family + " " + std::to_string(static_cast<int>(sample.value)));
  }
  return samples;
}

}  // namespace

TEST(EthtoolNames, SpellDirectionsOut) {
  EXPECT_THAT(named({{"port.RX_dropped", 1}, {"tx-queue[0]", 2}, {"__align_errors", 3}}),
              ElementsAre("node_ethtool_align_errors 3", "node_ethtool_port_received_dropped 1",
                          "node_ethtool_transmitted_queue_0_ 2"));
}

TEST(EthtoolNames, GiveSevenStatisticsTheNamesOfCounters) {
  EXPECT_THAT(
      named({{"rx_bytes", 1},
             {"rx_dropped", 2},
             {"rx_errors", 3},
             {"rx_packets", 4},
             {"tx_bytes", 5},
             {"tx_dropped", 6},
             {"tx_errors", 7},
             {"tx_packets", 8}}),
      ElementsAre("node_ethtool_received_bytes_total 1", "node_ethtool_received_dropped_total 2",
                  "node_ethtool_received_errors_total 3", "node_ethtool_received_packets_total 4",
                  "node_ethtool_transmitted_bytes_total 5", "node_ethtool_transmitted_dropped 6",
                  "node_ethtool_transmitted_errors_total 7",
                  "node_ethtool_transmitted_packets_total 8"));
}

TEST(EthtoolNames, LeaveOutAllStatisticsThatShareAName) {
  EXPECT_THAT(named({{"rx.drops", 1}, {"rx-drops", 2}, {"RX_drops", 3}, {"ok", 4}}),
              ElementsAre("node_ethtool_ok 4"));
}

TEST(EthtoolNames, TakeTheLastOfTheSameStatistic) {
  EXPECT_THAT(named({{"drops", 1}, {"drops", 2}}), ElementsAre("node_ethtool_drops 2"));
}

TEST(EthtoolNames, LeaveOutWhatHasNoName) {
  EXPECT_THAT(named({{"", 1}, {"%", 2}, {"__", 3}}), ElementsAre());
}

TEST(EthtoolNames, AreFilteredByTheDriversNameInLegalCharacters) {
  EXPECT_THAT(named({{"RX.a", 1}, {"b", 2}}, [](std::string_view name) { return name == "RX_a"; }),
              ElementsAre("node_ethtool_received_a 1"));
}

}  // namespace orchestrator_exporter
