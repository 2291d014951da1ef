#pragma once

#include <string>
#include <vector>

namespace orchestrator_exporter {

// Scripts that let a shell complete the flags of orchestrator_exporter, whose names are given with
// their dashes.
std::string bashCompletion(const std::vector<std::string>& names);
std::string zshCompletion(const std::vector<std::string>& names);
std::string fishCompletion(const std::vector<std::string>& names);

}  // namespace orchestrator_exporter
