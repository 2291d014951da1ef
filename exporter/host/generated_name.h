#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Appends a text that the kernel or a driver chose to the name of a family: each run of characters
// outside [0-9A-Za-z_], together with the underscores that touch it, becomes one underscore.
void appendGeneratedName(std::string& name, std::string_view text);

}  // namespace orchestrator_exporter
