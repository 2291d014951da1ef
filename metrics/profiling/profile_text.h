#pragma once

#include <string>

#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// For a terminal: the hot spots by their own and by their total value, each with what it does and,
// if that is known, its line; the tree of all that takes 1 % or more; the notes.
std::string profileText(const Profile& profile);

}  // namespace orchestrator_exporter::profiling
