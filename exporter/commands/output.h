#pragma once

#include <string>

namespace orchestrator_exporter::commands {

// All of a file. Throws std::runtime_error with the name in it.
std::string readInput(const std::string& name);

// Writes the whole of a file, or to standard output if the name is "-". Throws std::runtime_error
// with the name in it.
void writeOutput(const std::string& name, const std::string& text);

}  // namespace orchestrator_exporter::commands
