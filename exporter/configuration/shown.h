#pragma once

#include <string>
#include <vector>

#include "exporter/configuration/configuration.h"

namespace orchestrator_exporter::configuration {

// What the file says, as YAML of its own: keys in the order of their tables, paths as they are
// looked up, `<secret>` in the place of secrets and of passwords in URLs. Empty if it says nothing.
std::string shownText(const Configuration& configuration, const std::vector<Key>& blocks);

}  // namespace orchestrator_exporter::configuration
