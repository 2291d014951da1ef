#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

#include "metrics/recording/pending_updates.h"
#include "metrics/recording/record.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// What queries to databases add up in, for all who record some: labels operation, table and
// database. Each throws what MetricsRegistry does.
Histograms queryDurations(MetricsRegistry& registry, const std::vector<double>& bounds,
                          const FamilyOptions& options);
Counters queryCounts(MetricsRegistry& registry, const FamilyOptions& options);

// What parts of a program record of themselves: custom_metric, component_memory_bytes,
// db_query_duration_seconds with db_queries_total and db_rows_total,
// trace_collection_duration_seconds with trace_events_total. The families of each are registered
// with its first record, so that a program may have others of these names if it records none.
// Thread-safe.
class ComponentFamilies {
 public:
  // The registry may go before this.
  ComponentFamilies(const MetricsRegistry& registry, const FamilyOptions& options)
      : registry_(registry.link()), options_(options) {}

  static bool has(RecordType type);
  // What takes the updates of one series. Null if the registry is gone, or has other families of
  // these names. Queries have the empty text as table and database.
  std::unique_ptr<Pending> makePending(RecordType type, std::span<const std::string_view> texts);
  // Series of all of them.
  std::size_t seriesCount() const;

 private:
  struct Work {
    Histograms duration;
    Counters amount;
    std::optional<Counters> calls;

    std::unique_ptr<Pending> pending(std::span<const std::string_view> values) const;
  };

  // False if the registry is gone, or has other families of these names.
  bool registerFor(RecordType type);
  void registerIn(MetricsRegistry& registry, RecordType type);

  const RegistryLink registry_;
  const FamilyOptions options_;
  mutable std::mutex mutex_;
  std::optional<Gauges> custom_;
  std::optional<Gauges> memory_;
  std::optional<Work> queries_;
  std::optional<Work> traces_;
};

}  // namespace orchestrator_exporter
