#include "metrics/recording/component_families.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "metrics/registry/bucket_bounds.h"

namespace orchestrator_exporter {

namespace {

std::vector<std::string> queryLabels() { return {"operation", "table", "database"}; }

// As DatabaseMetrics has it if nothing else is asked for: both may record to one registry.
FamilyOptions ofQueries(FamilyOptions options) {
  constexpr std::size_t kMost = 10'000;
  options.maxSeries = std::min(options.maxSeries, kMost);
  return options;
}

}  // namespace

Histograms queryDurations(MetricsRegistry& registry, const std::vector<double>& bounds,
                          const FamilyOptions& options) {
  return registry.histogram("db_query_duration_seconds",
                            "Time of a database query, of those that were timed.",
                            {.bounds = bounds}, queryLabels(), withUnit(options, "seconds"));
}

Counters queryCounts(MetricsRegistry& registry, const FamilyOptions& options) {
  return registry.counter("db_queries_total", "Database queries.", queryLabels(), options);
}

bool ComponentFamilies::has(RecordType type) {
  return type == RecordType::kCustomMetric || type == RecordType::kMemoryUsage ||
         type == RecordType::kQueryPerformance || type == RecordType::kTraceOverhead;
}

std::unique_ptr<Pending> ComponentFamilies::Work::pending(
    std::span<const std::string_view> values) const {
  std::optional<Counter> counted;
  if (calls) counted = calls->with(values);
  return std::make_unique<PendingWork>(duration.with(values), amount.with(values),
                                       std::move(counted));
}

std::unique_ptr<Pending> ComponentFamilies::makePending(RecordType type,
                                                        std::span<const std::string_view> texts) {
  const std::lock_guard lock(mutex_);
  if (!registerFor(type)) return nullptr;
  switch (type) {
    case RecordType::kCustomMetric:
      return std::make_unique<DirectGauge>(custom_->with(texts));
    case RecordType::kMemoryUsage:
      return std::make_unique<DirectGauge>(memory_->with(texts));
    case RecordType::kQueryPerformance:
      return queries_->pending(std::array{texts[0], std::string_view(), std::string_view()});
    default:
      return traces_->pending(texts);
  }
}

bool ComponentFamilies::registerFor(RecordType type) {
  const bool isThere = type == RecordType::kCustomMetric       ? custom_.has_value()
                       : type == RecordType::kMemoryUsage      ? memory_.has_value()
                       : type == RecordType::kQueryPerformance ? queries_.has_value()
                                                               : traces_.has_value();
  if (isThere) return true;
  try {
    return registry_.use([&](MetricsRegistry& registry) { registerIn(registry, type); });
  } catch (const std::invalid_argument&) {
    return false;  // the caller counts it
  }
}

void ComponentFamilies::registerIn(MetricsRegistry& registry, RecordType type) {
  switch (type) {
    case RecordType::kCustomMetric:
      custom_ = registry.gauge("custom_metric", "What a program records under a name of its own.",
                               {"name", "unit"}, options_);
      break;
    case RecordType::kMemoryUsage:
      memory_ = registry.gauge("component_memory_bytes", "Memory that a part of a program uses.",
                               {"component"}, withUnit(options_, "bytes"));
      break;
    case RecordType::kQueryPerformance: {
      const FamilyOptions options = ofQueries(options_);
      queries_ = Work{queryDurations(registry, shortTimeBounds(), options),
                      registry.counter("db_rows_total", "Rows that database queries brought.",
                                       queryLabels(), options),
                      queryCounts(registry, options)};
      break;
    }
    default:
      traces_ =
          Work{registry.histogram("trace_collection_duration_seconds",
                                  "Time that it took to collect traces.",
                                  {.bounds = shortTimeBounds()}, {}, withUnit(options_, "seconds")),
               registry.counter("trace_events_total", "Events of traces that were collected.", {},
                                options_),
               {}};
  }
}

std::size_t ComponentFamilies::seriesCount() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto* gauges : {&custom_, &memory_}) count += *gauges ? (*gauges)->size() : 0;
  for (const auto* work : {&queries_, &traces_}) {
    if (!*work) continue;
    count += (*work)->duration.size() + (*work)->amount.size();
    if ((*work)->calls) count += (*work)->calls->size();
  }
  return count;
}

}  // namespace orchestrator_exporter
