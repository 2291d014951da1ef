#pragma once

#include <string_view>

#include "metrics/promql/syntax/expression.h"

namespace orchestrator_exporter::promql {

// Throws ParseError with the place of the first part that does not fit. Takes the matching out of
// binary operations that have no two vectors.
void checkTypes(Expression& expression, std::string_view query);

}  // namespace orchestrator_exporter::promql
