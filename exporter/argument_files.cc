#include "exporter/argument_files.h"

#include <fstream>
#include <string_view>

#include "exporter/command_line.h"

namespace orchestrator_exporter {

namespace {

// More than anybody nests on purpose.
constexpr unsigned kMostNested = 16;

void expand(std::string_view argument, unsigned depth, std::vector<std::string>& expanded) {
  if (!argument.starts_with('@') || argument.size() == 1) {
    expanded.emplace_back(argument);
    return;
  }
  const std::string path(argument.substr(1));
  if (depth == kMostNested) {
    throw UsageError("the arguments' file " + path + " names itself, through others or directly");
  }
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && !line.starts_with('#')) expand(line, depth + 1, expanded);
  }
  // Reading ends with eof(); a file that was not opened or is a directory does not come that far.
  if (!file.eof()) throw UsageError("cannot read the arguments' file " + path);
}

}  // namespace

std::vector<std::string> expandArgumentFiles(std::span<const char* const> arguments) {
  std::vector<std::string> expanded;
  for (const char* argument : arguments) expand(argument, 0, expanded);
  return expanded;
}

}  // namespace orchestrator_exporter
