#pragma once

#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// `and`, `or` and `unless` between two vectors.
Matrix combineSets(const BinaryOperation& operation, Matrix left, Matrix right);

}  // namespace orchestrator_exporter::promql
