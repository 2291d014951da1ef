#pragma once

#include <cstddef>
#include <memory>

#include "http/server/router.h"
#include "metrics/history.h"
#include "metrics/pipeline/missing_values.h"
#include "metrics/promql/engine.h"

namespace orchestrator_exporter::http {

struct QueryOptions {
  promql::EngineOptions engine;
  std::size_t maxConcurrency = 20;  // further queries wait, up to their time-out
  // What is made of missing values; null: nothing.
  std::shared_ptr<pipeline::MissingValues> missing = nullptr;
};

// query, query_range, format_query and parse_query of Prometheus' HTTP API.
void addQueryEndpoints(Router& router, const std::shared_ptr<const History>& history,
                       const QueryOptions& options);

}  // namespace orchestrator_exporter::http
