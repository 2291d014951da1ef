#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// What follows the last slash of a path.
std::string_view baseName(std::string_view path);
// What stands before the last slash; empty if there is none.
std::string_view parentPath(std::string_view path);

// The absolute path with all symbolic links followed, which tells how a device hangs together;
// nullopt if it leads nowhere.
std::optional<std::string> realPath(const Kernel& kernel, std::string_view path);

// True if the path leads to a directory.
bool isDirectory(const Kernel& kernel, std::string_view path);

}  // namespace orchestrator_exporter
