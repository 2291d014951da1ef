#pragma once

#include <string>
#include <vector>

#include "exporter/configuration/key.h"

namespace orchestrator_exporter::configuration {

// docs/configuration.md: every key of the blocks with its kind, default, range and meaning.
std::string catalogue(const std::vector<Key>& blocks);

}  // namespace orchestrator_exporter::configuration
