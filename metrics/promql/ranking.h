#pragma once

#include <string>

#include "metrics/promql/query_state.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// The aggregations that have to see all elements of a group together. `parameter` has a value for
// each step.

Matrix quantileOf(QueryState& state, const Aggregation& aggregation, const Column& parameter,
                  const Matrix& vector);

// topk, bottomk, limitk, limit_ratio: the elements that are chosen, as they are. At a single step
// topk and bottomk sort them by value, group by group.
Matrix chosenOf(QueryState& state, const Aggregation& aggregation, const Column& parameter,
                Matrix vector);

// count_values; `label` gets the value's text.
Matrix countValues(QueryState& state, const Aggregation& aggregation, const std::string& label,
                   const Matrix& vector);

}  // namespace orchestrator_exporter::promql
