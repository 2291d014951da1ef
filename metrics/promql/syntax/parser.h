#pragma once

#include <string_view>

#include "metrics/promql/syntax/expression.h"

namespace orchestrator_exporter::promql {

// What is not in the language unless it is asked for.
struct ParseOptions {
  bool experimentalFunctions = false;
  bool durationExpressions = false;
};

// Reads a query and checks its types. Throws ParseError. `accept` may throw for a type that the
// query must not have: Prometheus looks at that before the ranges that are calculated.
ExpressionPtr parse(std::string_view query, const ParseOptions& options = {},
                    void (*accept)(ValueType type) = nullptr);

// Reads what match[] of the API takes: one instant vector selector without modifiers, which may
// match everything. Throws ParseError.
std::vector<LabelMatcher> parseSelector(std::string_view text);

}  // namespace orchestrator_exporter::promql
