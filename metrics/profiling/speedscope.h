#pragma once

#include <string>

#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// As https://www.speedscope.app/file-format-schema.json has it: a profile of type `sampled` for
// each type of value, the main one first, each stack as one sample with its value as weight.
std::string speedscope(const Profile& profile);

}  // namespace orchestrator_exporter::profiling
