#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include "metrics/base/time_units.h"
#include "metrics/instruments/checked_family.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

enum class CircuitState : std::uint8_t { kClosed, kOpen, kHalfOpen };

// Records the state of a network of processes. The families begin with `network_`. Every call may
// come from any thread, applies at once and never throws; bad values as in ProcessMetrics.
class NetworkMetrics {
 public:
  // `families` holds for each family. Throws std::invalid_argument where the registry has other
  // families of these names. The registry must outlive the object.
  explicit NetworkMetrics(MetricsRegistry& registry,
                          FamilyOptions families = {.maxSeries = 100'000});

  void setActiveProcesses(double processes) noexcept;
  void setActiveConnections(double connections) noexcept;
  // Parts that the network is split into.
  void setPartitions(double partitions) noexcept;
  // The time of a message between two processes; a duration or a number of milliseconds.
  template <typename Time>
  void recordLatency(std::string_view from, std::string_view to, Time time) noexcept {
    recordLatencySeconds(from, to, toSeconds(time));
  }
  // Messages queued for a port of a process.
  void setMessageBacklog(std::string_view process, std::string_view port, double messages) noexcept;
  // Sets the sample of this state to 1 and those of the other two to 0. A scrape at the very moment
  // of a change may see the new state beside the old one, never none.
  void setCircuitBreaker(std::string_view breaker, CircuitState state) noexcept;

 private:
  void recordLatencySeconds(std::string_view from, std::string_view to, double seconds) noexcept;

  const CheckedFamily<Gauge> activeProcesses_;
  const CheckedFamily<Gauge> activeConnections_;
  const CheckedFamily<Histogram> latency_;
  const CheckedFamily<Gauge> backlog_;
  const CheckedFamily<Gauge> circuitBreaker_;
  const CheckedFamily<Gauge> partitions_;
  std::mutex circuitBreakers_;  // two changes of one breaker do not mix
};

}  // namespace orchestrator_exporter
