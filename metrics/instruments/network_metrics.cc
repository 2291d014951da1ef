#include "metrics/instruments/network_metrics.h"

#include <array>

#include "metrics/registry/bucket_bounds.h"

namespace orchestrator_exporter {

namespace {

// In the order of CircuitState.
constexpr std::array<std::string_view, 3> kCircuitStates = {"closed", "open", "half_open"};

void setGauge(const CheckedFamily<Gauge>& family, double value) noexcept {
  family.record(std::array<std::string_view, 0>{}, value,
                [&](const Gauge& gauge) { gauge.set(value); });
}

}  // namespace

NetworkMetrics::NetworkMetrics(MetricsRegistry& registry, FamilyOptions families)
    : activeProcesses_(registry, registry.gauge("network_active_processes",
                                                "Processes in the network.", {}, families)),
      activeConnections_(registry,
                         registry.gauge("network_active_connections",
                                        "Connections between the processes.", {}, families)),
      latency_(registry, registry.histogram(
                             "network_latency_seconds", "Time of a message between two processes.",
                             {.bounds = shortTimeBounds()}, {"from_process", "to_process"},
                             withUnit(families, "seconds"))),
      backlog_(registry,
               registry.gauge("network_message_backlog", "Messages queued between processes.",
                              {"process_id", "port"}, families)),
      circuitBreaker_(registry, registry.gauge("network_circuit_breaker_state",
                                               "State of a circuit breaker: 1 on the current one.",
                                               {"breaker", "state"}, families)),
      partitions_(registry, registry.gauge("network_partitions",
                                           "Parts that the network is split into.", {}, families)) {
}

void NetworkMetrics::setActiveProcesses(double processes) noexcept {
  setGauge(activeProcesses_, processes);
}

void NetworkMetrics::setActiveConnections(double connections) noexcept {
  setGauge(activeConnections_, connections);
}

void NetworkMetrics::setPartitions(double partitions) noexcept {
  setGauge(partitions_, partitions);
}

void NetworkMetrics::recordLatencySeconds(std::string_view from, std::string_view to,
                                          double seconds) noexcept {
  latency_.record(std::array{from, to}, seconds,
                  [&](const Histogram& latency) { latency.observe(seconds); });
}

void NetworkMetrics::setMessageBacklog(std::string_view process, std::string_view port,
                                       double messages) noexcept {
  backlog_.record(std::array{process, port}, messages,
                  [&](const Gauge& backlog) { backlog.set(messages); });
}

void NetworkMetrics::setCircuitBreaker(std::string_view breaker, CircuitState state) noexcept {
  const std::string_view current = kCircuitStates[static_cast<std::size_t>(state)];
  const std::lock_guard lock(circuitBreakers_);
  bool known = false;
  // The new state first, so that a scrape never finds none.
  circuitBreaker_.record(std::array{breaker, current}, 1, [&](const Gauge& gauge) {
    gauge.set(1);
    known = true;
  });
  if (!known) return;  // counted as rejected, once
  for (const std::string_view other : kCircuitStates) {
    if (other == current) continue;
    circuitBreaker_.record(std::array{breaker, other}, 0, [](const Gauge& gauge) { gauge.set(0); });
  }
}

}  // namespace orchestrator_exporter
