#pragma once

#include <string>

namespace orchestrator_exporter::promql {

// The shortest text as Go's %v prints a double: with an exponent below 1e-4 and from 1e+06 on.
std::string shortestGo(double value);

// A sample's value in an answer: fixed notation from 1e-6 up to 1e21, else with an exponent.
// (Scalars are always in fixed notation there.)
std::string valueText(double value);

}  // namespace orchestrator_exporter::promql
