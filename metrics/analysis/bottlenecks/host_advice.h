#pragma once

#include <string>
#include <vector>

#include "metrics/analysis/bottlenecks/case.h"

namespace orchestrator_exporter::analysis {

// What to do about bottlenecks of the machine itself.
std::vector<std::string> cpuAdvice(const Case& one);
std::vector<std::string> memoryAdvice(const Case& one);
std::vector<std::string> ioAdvice(const Case& one);

}  // namespace orchestrator_exporter::analysis
