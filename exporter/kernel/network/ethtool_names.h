#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/network/ethtool_ioctl.h"

namespace orchestrator_exporter {

struct EthtoolSample {
  std::string family;
  double value = 0;
};

// The samples of one device's statistics, by name of family: `rx_queue_0.drops` becomes
// node_ethtool_received_queue_0_drops. `takes` is asked with the statistic's name in legal
// characters. Statistics that would share a name are all left out; of two with the driver's same
// name the last one counts.
std::vector<EthtoolSample> nameStatistics(const std::vector<EthtoolStatistic>& statistics,
                                          const std::function<bool(std::string_view)>& takes);

}  // namespace orchestrator_exporter
