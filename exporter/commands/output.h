#pragma once

#include <string>

namespace orchestrator_exporter::commands {

// Writes the whole of a file, or to standard output if the name is "-". Throws std::runtime_error
// with the name in it.
void writeOutput(const std::string& name, const std::string& text);

}  // namespace orchestrator_exporter::commands
