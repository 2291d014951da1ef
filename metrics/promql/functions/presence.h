#pragma once

#include "metrics/label_set.h"
#include "metrics/promql/syntax/expression.h"

namespace orchestrator_exporter::promql {

// The labels of what absent() and absent_over_time() give: those that the selector asks for by one
// `=` and no matcher after it; none if the argument is no selector.
LabelSet absentLabels(const Expression& argument);

}  // namespace orchestrator_exporter::promql
