#pragma once

#include <string>

namespace orchestrator_exporter {

// The name of this host as gethostname(2) tells it, in valid UTF-8; empty if it does not.
std::string hostName();

}  // namespace orchestrator_exporter
