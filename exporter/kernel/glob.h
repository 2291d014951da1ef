#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter {

// The paths that a shell-like pattern stands for, as node_exporter expands its flags: * and ? match
// within one name, leading dots too; [a-z] and [^a-z] match one character of a class; a backslash
// takes the meaning of the character after it. Sorted by directory and name. A pattern that matches
// nothing or that cannot be read gives nothing.
std::vector<std::string> expandGlob(std::string_view pattern);

}  // namespace orchestrator_exporter
