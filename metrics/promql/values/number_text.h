#pragma once

#include <string>

namespace orchestrator_exporter::promql {

// The shortest text as Go's %v prints a double: with an exponent from 1e+21 on.
std::string shortestGo(double value);

// A sample's value in an answer: fixed notation from 1e-6 up to 1e21, else with an exponent.
std::string valueText(double value);

}  // namespace orchestrator_exporter::promql
