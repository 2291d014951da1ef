#pragma once

#include "metrics/promql/syntax/token.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// A binary operator between two numbers: the result, or of a comparison that holds the left one and
// of one that does not kAbsent.
double applyOperator(TokenKind op, double left, double right);

// As applyOperator, but 1 or 0 of a comparison.
double applyBool(TokenKind op, double left, double right);

// Whether elements lose their metric's name by it.
inline bool dropsName(TokenKind op, bool returnBool) { return returnBool || !isComparison(op); }

}  // namespace orchestrator_exporter::promql
