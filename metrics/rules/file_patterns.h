#pragma once

#include <string>
#include <vector>

namespace orchestrator_exporter::rules {

// The files that a pattern such as rules/*.yml matches, sorted; a relative one is below the
// directory (of the process if that is empty). None if there is no such file.
std::vector<std::string> filesMatching(const std::string& pattern, const std::string& directory);

// What a file has. Throws RuleFileError, `file: cannot be read: reason`.
std::string contentOf(const std::string& path);

}  // namespace orchestrator_exporter::rules
