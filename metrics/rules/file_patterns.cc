#include "metrics/rules/file_patterns.h"

#include <glob.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

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
  std::ifstream file(path, std::ios::binary);
  file.peek();  // a directory can be opened and fails only here
  if (!file.is_open() || file.bad()) {
    throw RuleFileError({path + ": cannot be read: " + std::generic_category().message(errno)});
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace orchestrator_exporter::rules
