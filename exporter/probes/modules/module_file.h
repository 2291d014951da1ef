#pragma once

#include <string>

#include "exporter/probes/module.h"

namespace orchestrator_exporter::probes {

// The modules of a file in blackbox_exporter's format; without a path the usual ones. Throws
// configuration::ConfigurationError with everything that is wrong.
Modules readModuleFile(const std::string& path);

}  // namespace orchestrator_exporter::probes
