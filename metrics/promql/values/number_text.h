#pragma once

#include <string>

namespace orchestrator_exporter::promql {

// The shortest text as Go's %v prints a double: with an exponent below 1e-4 and from 1e+06 on.
std::string shortestGo(double value);

}  // namespace orchestrator_exporter::promql
