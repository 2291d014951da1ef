#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Series as hosts have them: most stand still, others are counters of events, of bytes and of
// hundredths of seconds, gauges that go up and down, and a few values with all of their digits.
class SimulatedHost {
 public:
  explicit SimulatedHost(int series) : values_(static_cast<std::size_t>(series)) {}

  void give(Sink& out) {
    for (int i = 0; i < static_cast<int>(values_.size()); ++i) {
      const std::string name = "host_" + std::to_string(i / 4);
      const char* const device[] = {"sda", "sdb", "eth0", "lo"};
      out.gauge(name, "A family of four series.").add(next(i), {{"device", device[i % 4]}});
    }
  }

 private:
  double next(int series) {
    double& value = values_[static_cast<std::size_t>(series)];
    if (series % 3 != 0) return static_cast<double>(series * 1024);
    switch (series / 3 % 6) {
      case 0:
        return value += static_cast<double>(random_() % 40);
      case 1:
        return value += static_cast<double>(random_() % 2'000'000);
      case 2:
        return (value += 1400 + static_cast<double>(random_() % 100)) / 100;
      case 3:
        return value = 4096.0 * static_cast<double>(1'000'000 + random_() % 2000);
      case 4:
        return static_cast<double>(random_() % 400) / 100;
      default:
        return value += static_cast<double>(random_() >> 11) * 0x1p-53;
    }
  }

  std::vector<double> values_;
  std::mt19937_64 random_{1};
};

}  // namespace orchestrator_exporter
