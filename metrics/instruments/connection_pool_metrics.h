#pragma once

#include <string>
#include <string_view>

#include "metrics/base/time_units.h"
#include "metrics/instruments/checked_family.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// Records a pool of connections, by what happens to it:
//
//   ConnectionPoolMetrics pool(registry, "orders", 20);
//   pool.opened();                      // a connection more, which is idle
//   pool.asked();                       // somebody waits for one
//   pool.acquired(std::chrono::milliseconds(3));
//   pool.released();
//   pool.closed("idle_timeout");
//
// The families are connection_pool_connections{pool,state} with the states idle, in_use and pending
// (who waits for one), connection_pool_max_connections, connection_pool_wait_seconds,
// connection_pool_opened_total, connection_pool_closed_total{reason} and
// connection_pool_timeouts_total. Every call may come from any thread, applies at once and never
// throws; bad values as in ProcessMetrics.
class ConnectionPoolMetrics {
 public:
  // Throws std::invalid_argument for an empty or non-UTF-8 name, and if the registry has other
  // families of these names. The registry must outlive the object.
  ConnectionPoolMetrics(MetricsRegistry& registry, std::string pool, double maxConnections,
                        FamilyOptions families = {.maxSeries = 10'000});

  // A connection was made and waits to be used.
  void opened() noexcept;
  // An idle one was closed; `reason` in a word.
  void closed(std::string_view reason) noexcept;
  // One that was in use was closed instead of coming back.
  void broken(std::string_view reason) noexcept;
  // Somebody begins to wait for a connection.
  void asked() noexcept;
  // Who waited got an idle one, after this time; a duration or a number of milliseconds.
  template <typename Time>
  void acquired(Time waited) noexcept {
    acquiredAfter(toSeconds(waited));
  }
  // Who waited gave up.
  void timedOut() noexcept;
  // A connection came back and is idle.
  void released() noexcept;

 private:
  void acquiredAfter(double seconds) noexcept;
  void add(std::string_view state, double count) const noexcept;
  void countClosed(std::string_view reason) const noexcept;

  const std::string pool_;
  const CheckedFamily<Gauge> connections_;
  const CheckedFamily<Gauge> most_;
  const CheckedFamily<Histogram> wait_;
  const CheckedFamily<Counter> opened_;
  const CheckedFamily<Counter> closed_;
  const CheckedFamily<Counter> timeouts_;
};

}  // namespace orchestrator_exporter
