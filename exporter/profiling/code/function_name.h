#pragma once

#include <string>

namespace orchestrator_exporter::profiling {

// The name of a function as people write it, from that of its symbol: C++ and Rust names without
// their parameters and return types (_ZN3app5parseERKSs is app::parse). Other names as they are, in
// valid UTF-8.
std::string functionName(const std::string& symbol);

}  // namespace orchestrator_exporter::profiling
