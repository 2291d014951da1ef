#pragma once

#include <string>
#include <vector>

#include "exporter/configuration/configuration.h"

namespace orchestrator_exporter::configuration {

// What stands in the place of a secret.
inline constexpr const char* kSecretShown = "<secret>";

// What the file says, as YAML of its own: keys in the order of their tables, paths as they are
// looked up, `<secret>` in the place of secrets and of passwords in URLs. Empty if it says nothing.
std::string shownText(const Configuration& configuration, const std::vector<Key>& blocks);

// The same of the value of a map of such keys.
std::string shownText(const Value& map, const std::vector<Key>& keys);

}  // namespace orchestrator_exporter::configuration
