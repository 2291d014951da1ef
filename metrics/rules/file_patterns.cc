#include "metrics/rules/file_patterns.h"

#include <glob.h>

#include <filesystem>
#include <system_error>

#include "metrics/base/process/file_text.h"
#include "metrics/rules/rule_file.h"

namespace orchestrator_exporter::rules {

std::vector<std::string> filesMatching(const std::string& pattern, const std::string& directory) {
  const std::string whole = std::filesystem::path(directory) / pattern;
  glob_t found{};
  std::vector<std::string> files;
  if (glob(whole.c_str(), 0, nullptr, &found) == 0) {
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return files;
}

std::string contentOf(const std::string& path) {
  try {
    return fileText(path);
  } catch (const std::system_error& error) {
    throw RuleFileError({path + ": cannot be read: " + error.code().message()});
  }
}

}  // namespace orchestrator_exporter::rules
