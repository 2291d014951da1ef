#pragma once

#include <string>
#include <vector>

namespace orchestrator_exporter {

// A subcommand, of one word or two, and the names of its flags with their dashes.
struct CommandFlags {
  std::string name;
  std::vector<std::string> flags;
};

// Scripts that let a shell complete the flags of orchestrator_exporter, whose names are given with
// their dashes, its subcommands and their flags.
std::string bashCompletion(const std::vector<std::string>& names,
                           const std::vector<CommandFlags>& commands);
std::string zshCompletion(const std::vector<std::string>& names,
                          const std::vector<CommandFlags>& commands);
std::string fishCompletion(const std::vector<std::string>& names,
                           const std::vector<CommandFlags>& commands);

}  // namespace orchestrator_exporter
