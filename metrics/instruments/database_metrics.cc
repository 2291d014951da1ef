#include "metrics/instruments/database_metrics.h"

#include <array>
#include <random>
#include <stdexcept>

#include "metrics/base/errors.h"
#include "metrics/recording/component_families.h"
#include "metrics/registry/bucket_bounds.h"

namespace orchestrator_exporter {

namespace {

DatabaseMetricsOptions completed(DatabaseMetricsOptions options) {
  if (!(options.samplingRate > 0 && options.samplingRate <= 1)) {
    throw std::invalid_argument(
        "DatabaseMetricsOptions: samplingRate: expected a number above 0 and up to 1, got " +
        std::to_string(options.samplingRate));
  }
  if (options.bounds.empty()) options.bounds = shortTimeBounds();
  return options;
}

std::string checkedName(std::string database) {
  if (rejectionOf(database)) {
    throw std::invalid_argument("a database needs a name in UTF-8, got '" +
                                ParseError::printable(database) + "'");
  }
  return database;
}

double uniform() {
  static thread_local std::minstd_rand generator(std::random_device{}());
  return std::generate_canonical<double, 32>(generator);
}

}  // namespace

DatabaseMetrics::DatabaseMetrics(MetricsRegistry& registry, std::string database,
                                 DatabaseMetricsOptions options)
    : database_(checkedName(std::move(database))),
      options_(completed(std::move(options))),
      duration_(registry, queryDurations(registry, options_.bounds, options_.families)),
      queries_(registry, queryCounts(registry, options_.families)),
      errors_(registry, registry.counter("db_query_errors_total",
                                         "Database queries that failed, by type of the error.",
                                         {"operation", "table", "database", "error_type"},
                                         options_.families)),
      cached_(registry, registry.counter("db_cache_requests_total",
                                         "Requests to the cache before a database, by result.",
                                         {"result", "database"}, options_.families)) {}

bool DatabaseMetrics::isSampled() const {
  if (options_.samplingRate >= 1) return true;
  return (options_.random ? options_.random() : uniform()) < options_.samplingRate;
}

// False, and counted, where an identifier is bad.
bool DatabaseMetrics::count(std::string_view operation, std::string_view table) noexcept {
  bool counted = false;
  queries_.record(std::array{operation, table, std::string_view(database_)}, 1,
                  [&](const Counter& queries) {
                    queries.add();
                    counted = true;
                  });
  return counted;
}

void DatabaseMetrics::observe(std::string_view operation, std::string_view table,
                              double seconds) noexcept {
  duration_.record(std::array{operation, table, std::string_view(database_)}, seconds,
                   [&](const Histogram& duration) {
                     duration.observe(seconds);
                     keep(operation, table, seconds);
                   });
}

void DatabaseMetrics::keep(std::string_view operation, std::string_view table, double seconds) {
  if (options_.reservoirSize == 0) return;
  std::shared_ptr<Reservoir> reservoir;
  {
    const std::lock_guard lock(mutex_);
    Key key(operation, table);
    auto at = reservoirs_.find(key);
    if (at == reservoirs_.end()) {
      // As many as the families have series; what is beyond has its histogram alone.
      const std::size_t most = options_.families.maxSeries;
      if (most != 0 && reservoirs_.size() >= most) return;
      at = reservoirs_.emplace(std::move(key), std::make_shared<Reservoir>(options_.reservoirSize))
               .first;
    }
    reservoir = at->second;
  }
  reservoir->add(seconds);
}

void DatabaseMetrics::record(std::string_view operation, std::string_view table,
                             std::chrono::nanoseconds duration) noexcept {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds >= 0 && !count(operation, table)) return;
  observe(operation, table, seconds);
}

void DatabaseMetrics::recordError(std::string_view operation, std::string_view table,
                                  std::string_view errorType) noexcept {
  errors_.record(std::array{operation, table, std::string_view(database_), errorType}, 1,
                 [](const Counter& errors) { errors.add(); });
}

void DatabaseMetrics::recordCache(bool hit) noexcept {
  using namespace std::string_view_literals;
  cached_.record(std::array{hit ? "hit"sv : "miss"sv, std::string_view(database_)}, 1,
                 [](const Counter& requests) { requests.add(); });
}

ReservoirSnapshot DatabaseMetrics::sample(std::string_view operation,
                                          std::string_view table) const {
  std::shared_ptr<Reservoir> reservoir;
  {
    const std::lock_guard lock(mutex_);
    const auto at = reservoirs_.find(Key(operation, table));
    if (at == reservoirs_.end()) return {};
    reservoir = at->second;
  }
  return reservoir->snapshot();
}

DatabaseMetrics::Measured::Measured(DatabaseMetrics& metrics, std::string_view operation,
                                    std::string_view table)
    : metrics_(metrics), operation_(operation), table_(table) {
  if (metrics_.count(operation_, table_) && metrics_.isSampled()) {
    timer_.emplace(metrics_.options_.steadyClock);
  }
}

DatabaseMetrics::Measured::~Measured() {
  if (!timer_) return;
  metrics_.observe(operation_, table_, std::chrono::duration<double>(timer_->stop()).count());
}

}  // namespace orchestrator_exporter
