#pragma once

#include "metrics/promql/query_state.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// An arithmetic operation or a comparison between the elements of two vectors that belong together.
Matrix combineVectors(QueryState& state, const BinaryOperation& operation, PositionRange position,
                      Matrix left, Matrix right);

}  // namespace orchestrator_exporter::promql
