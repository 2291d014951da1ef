#pragma once

#include <string>

#include "metrics/promql/syntax/expression.h"

namespace orchestrator_exporter::promql {

// The canonical text of a query, on one line.
std::string print(const Expression& expression);

// The same split over lines, indented by two spaces, where a part has more than 100 bytes.
std::string printPretty(const Expression& expression);

// A number or a duration in canonical text.
std::string printNumber(const NumberLiteral& number);

}  // namespace orchestrator_exporter::promql
