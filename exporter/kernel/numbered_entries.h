#pragma once

#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// The names in a directory that are the prefix followed by a digit, such as cpu0, cpu1, cpu10, in
// byte order; none where the directory does not exist. Valid until the collector's run ends.
std::vector<std::string_view> numberedEntries(Kernel& kernel, std::string_view directory,
                                              std::string_view prefix);

}  // namespace orchestrator_exporter
