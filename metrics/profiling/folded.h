#pragma once

#include <string>
#include <string_view>

#include "metrics/profiling/profile.h"

namespace orchestrator_exporter::profiling {

// Folded stacks, one a line: `main;parse;read 27`, root first, behind it the count of samples or,
// of a profile that has none, the main value. Semicolons and line breaks within names become
// spaces. Stacks without that value are left out.
std::string foldedStacks(const Profile& profile);

// The profile that folded stacks are, whatever program wrote them: values are counts of samples.
// Empty lines are skipped. Throws ParseError with `place` and the line, as in "x.folded:17: …".
Profile readFoldedStacks(std::string_view text, std::string_view place);
// The same of a file, whose name is the profile's title. Throws std::system_error too.
Profile readFoldedFile(const std::string& path);

}  // namespace orchestrator_exporter::profiling
