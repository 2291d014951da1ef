#pragma once

#include <string>

namespace orchestrator_exporter {

// The whole of a file, byte for byte. Throws std::system_error if it cannot be read, as a directory
// cannot.
std::string fileText(const std::string& path);

}  // namespace orchestrator_exporter
