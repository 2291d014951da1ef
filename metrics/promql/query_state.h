#pragma once

#include <cstdint>

#include "metrics/history.h"
#include "metrics/promql/values/annotations.h"
#include "metrics/promql/values/budget.h"

namespace orchestrator_exporter::promql {

// What all parts of one query's evaluation share.
struct QueryState {
  const History& history;
  std::int64_t start = 0;  // of the query itself, whatever subqueries look at; ms
  std::int64_t end = 0;
  std::int64_t lookback = 0;
  std::int64_t subqueryStep = 0;  // of a subquery that has none, ms
  bool delayNameRemoval = false;
  Budget budget;
  Annotations annotations = {};
};

}  // namespace orchestrator_exporter::promql
