#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/base/exception_type.h"
#include "metrics/base/timer.h"
#include "metrics/instruments/checked_family.h"
#include "metrics/instruments/reservoir.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

struct DatabaseMetricsOptions {
  // The share of queries that are timed, above 0 and up to 1. All of them are counted.
  double samplingRate = 1;
  // How many times each reservoir keeps; 0 for no reservoirs.
  std::size_t reservoirSize = 1024;
  std::vector<double> bounds = {};  // in seconds; shortTimeBounds() where empty
  FamilyOptions families = {.maxSeries = 10'000};
  // The system's monotonic clock where empty.
  Timer::Clock steadyClock = {};
  // A number from 0 up to, not including, 1, for each query; a quick generator of each thread where
  // empty.
  std::function<double()> random = {};
};

// Records the queries to one database:
//
//   DatabaseMetrics orders(registry, "orders", {.samplingRate = 0.1});
//   auto rows = orders.query("select", "customers", [&] { return connection.run(sql); });
//
// The families are db_query_duration_seconds{operation,table,database} of the queries that were
// timed, db_queries_total with the same labels of all queries, and db_query_errors_total with
// error_type besides, the type of the exception; db_cache_requests_total{result,database} counts
// what a cache before the database was asked, as result hit or miss. Beside the histogram each
// operation and table has a uniform sample of its times, whose quantiles are not bound to buckets.
// Thread-safe; recording never throws, a bad value is counted in
// metrics_collector_rejected_updates_total{reason}.
class DatabaseMetrics {
 public:
  // Throws std::invalid_argument for options that cannot be and for an empty or non-UTF-8 name. The
  // registry must outlive the object.
  DatabaseMetrics(MetricsRegistry& registry, std::string database,
                  DatabaseMetricsOptions options = {});

  // Runs fn, returns what it returns, lets its exception go on.
  template <typename Function>
  decltype(auto) query(std::string_view operation, std::string_view table, Function&& fn) {
    const Measured measured(*this, operation, table);
    try {
      return std::invoke(std::forward<Function>(fn));
    } catch (...) {
      // Only looked at: the type is known nowhere else.
      recordError(operation, table, currentExceptionType());
      throw;
    }
  }

  // One query that was timed elsewhere; not subject to the sampling rate.
  void record(std::string_view operation, std::string_view table,
              std::chrono::nanoseconds duration) noexcept;
  void recordError(std::string_view operation, std::string_view table,
                   std::string_view errorType) noexcept;
  // Whether the cache before this database had what it was asked for.
  void recordCache(bool hit) noexcept;

  // The sampled times in seconds, of all queries that were timed so far; empty if there were
  // none or reservoirs are off.
  ReservoirSnapshot sample(std::string_view operation, std::string_view table) const;

 private:
  class Measured {
   public:
    Measured(DatabaseMetrics& metrics, std::string_view operation, std::string_view table);
    Measured(const Measured&) = delete;
    Measured& operator=(const Measured&) = delete;
    ~Measured();

   private:
    DatabaseMetrics& metrics_;
    const std::string_view operation_;
    const std::string_view table_;
    std::optional<Timer> timer_;  // where this query is timed
  };

  bool isSampled() const;
  bool count(std::string_view operation, std::string_view table) noexcept;
  void observe(std::string_view operation, std::string_view table, double seconds) noexcept;
  void keep(std::string_view operation, std::string_view table, double seconds);

  using Key = std::pair<std::string, std::string>;

  const std::string database_;
  const DatabaseMetricsOptions options_;
  const CheckedFamily<Histogram> duration_;
  const CheckedFamily<Counter> queries_;
  const CheckedFamily<Counter> errors_;
  const CheckedFamily<Counter> cached_;
  mutable std::mutex mutex_;
  std::map<Key, std::shared_ptr<Reservoir>> reservoirs_;
};

}  // namespace orchestrator_exporter
