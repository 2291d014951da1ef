#pragma once

#include <string>

namespace orchestrator_exporter::profiling {

// One line that says why perf_event_open(2) failed with this errno for a thread (-1: for the whole
// system) and which setting or capability would let it.
std::string eventRefusal(int error, int thread);
// The same for the mapping of a ring.
std::string ringRefusal(int error);

}  // namespace orchestrator_exporter::profiling
