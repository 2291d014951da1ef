#pragma once

#include <string>

#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// pprof's protobuf (github.com/google/pprof, proto/profile.proto), which its readers take as it is;
// usually it is packed with gzip. All types of values are in it. The thread of a stack is its label
// `thread`. Notes are its comments.
std::string pprofBytes(const Profile& profile);

}  // namespace orchestrator_exporter::profiling
