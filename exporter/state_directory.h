#pragma once

#include <string>

#include "exporter/host/flags.h"

namespace orchestrator_exporter {

// The directory for what is to outlast the process: --storage.path, else the first that systemd
// names in STATE_DIRECTORY; empty if there is none, and everything ends with the process.
std::string stateDirectory(const Flags& flags);

}  // namespace orchestrator_exporter
