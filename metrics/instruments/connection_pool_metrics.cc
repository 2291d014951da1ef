#include "metrics/instruments/connection_pool_metrics.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "metrics/base/utf8.h"
#include "metrics/registry/bucket_bounds.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kIdle = "idle";
constexpr std::string_view kInUse = "in_use";
constexpr std::string_view kPending = "pending";

std::string checkedPool(std::string pool) {
  if (pool.empty() || !isUtf8(pool)) {
    throw std::invalid_argument("expected a name of a connection pool in UTF-8");
  }
  return pool;
}

}  // namespace

ConnectionPoolMetrics::ConnectionPoolMetrics(MetricsRegistry& registry, std::string pool,
                                             double maxConnections, FamilyOptions families)
    : pool_(checkedPool(std::move(pool))),
      connections_(registry, registry.gauge("connection_pool_connections",
                                            "Connections of a pool, and who waits for one.",
                                            {"pool", "state"}, families)),
      most_(registry, registry.gauge("connection_pool_max_connections",
                                     "Connections that a pool may have.", {"pool"}, families)),
      wait_(registry, registry.histogram(
                          "connection_pool_wait_seconds", "Time until a connection was there.",
                          {.bounds = shortTimeBounds()}, {"pool"}, withUnit(families, "seconds"))),
      opened_(registry, registry.counter("connection_pool_opened_total",
                                         "Connections that were made.", {"pool"}, families)),
      closed_(registry, registry.counter("connection_pool_closed_total",
                                         "Connections that were closed, by the reason.",
                                         {"pool", "reason"}, families)),
      timeouts_(registry,
                registry.counter("connection_pool_timeouts_total",
                                 "Times that nobody got a connection.", {"pool"}, families)) {
  most_.record(std::array<std::string_view, 1>{pool_}, maxConnections,
               [&](const Gauge& gauge) { gauge.set(maxConnections); });
  for (const std::string_view state : {kIdle, kInUse, kPending}) add(state, 0);
}

void ConnectionPoolMetrics::add(std::string_view state, double count) const noexcept {
  connections_.record(std::array<std::string_view, 2>{pool_, state}, 0,
                      [&](const Gauge& gauge) { gauge.add(count); });
}

void ConnectionPoolMetrics::countClosed(std::string_view reason) const noexcept {
  closed_.record(std::array<std::string_view, 2>{pool_, reason}, 1,
                 [](const Counter& counter) { counter.add(1); });
}

void ConnectionPoolMetrics::opened() noexcept {
  add(kIdle, 1);
  opened_.record(std::array<std::string_view, 1>{pool_}, 1,
                 [](const Counter& counter) { counter.add(1); });
}

void ConnectionPoolMetrics::closed(std::string_view reason) noexcept {
  add(kIdle, -1);
  countClosed(reason);
}

void ConnectionPoolMetrics::broken(std::string_view reason) noexcept {
  add(kInUse, -1);
  countClosed(reason);
}

void ConnectionPoolMetrics::asked() noexcept { add(kPending, 1); }

void ConnectionPoolMetrics::acquiredAfter(double seconds) noexcept {
  add(kPending, -1);
  add(kIdle, -1);
  add(kInUse, 1);
  wait_.record(std::array<std::string_view, 1>{pool_}, seconds,
               [&](const Histogram& wait) { wait.observe(seconds); });
}

void ConnectionPoolMetrics::timedOut() noexcept {
  add(kPending, -1);
  timeouts_.record(std::array<std::string_view, 1>{pool_}, 1,
                   [](const Counter& counter) { counter.add(1); });
}

void ConnectionPoolMetrics::released() noexcept {
  add(kInUse, -1);
  add(kIdle, 1);
}

}  // namespace orchestrator_exporter
