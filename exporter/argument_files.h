#pragma once

#include <span>
#include <string>
#include <vector>

namespace orchestrator_exporter {

// The arguments, each `@FILE` replaced by the lines of FILE: one argument a line, as it stands, no
// quotes taken off. Empty lines and lines that begin with `#` are skipped; a line `@OTHER` stands
// for that file's lines in turn. Throws UsageError for a file that cannot be read, and for files
// that name each other in a circle.
std::vector<std::string> expandArgumentFiles(std::span<const char* const> arguments);

}  // namespace orchestrator_exporter
