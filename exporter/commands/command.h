#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exporter/command_line.h"
#include "exporter/completions.h"
#include "exporter/help_text.h"

namespace orchestrator_exporter::commands {

// The exit statuses of all subcommands.
inline constexpr int kDone = 0;
inline constexpr int kCouldNot = 1;
inline constexpr int kUsage = 2;
inline constexpr int kConditionMet = 3;  // what --fail-on names is so

// The running exporter of this host, which is asked if nothing else is named.
inline constexpr const char* kDefaultServer = "http://127.0.0.1:10190";

// A subcommand, made to be run once.
class Command {
 public:
  virtual ~Command() = default;
  // Adds its flags.
  virtual void declare(CommandLine& line) = 0;
  // Does it and returns an exit status. What it has to tell goes to standard output. Throws
  // UsageError for arguments that make no sense (kUsage), std::exception with the reason for
  // kCouldNot; a reason of several lines has line breaks.
  virtual int run(const std::vector<std::string>& arguments) = 0;
};

// What a subcommand tells of itself when it registers: it is a file in exporter/commands and
// nothing else.
struct CommandDefinition {
  std::string name;            // one word or two: query, history export
  std::string arguments = {};  // what follows the flags, as in EXPR or FILE...
  std::size_t least = 0;       // how many arguments it takes
  std::size_t most = 0;
  std::string help;  // a sentence, and more if there is more to say
  std::function<std::unique_ptr<Command>()> make;
};

// At namespace scope of the subcommand's file.
class RegisterCommand {
 public:
  explicit RegisterCommand(CommandDefinition definition);
};

// All registered subcommands, by name.
const std::vector<CommandDefinition>& commandDefinitions();

// Runs the subcommand that the arguments of the program begin with, and returns its exit status;
// errors go to standard error. nullopt if they begin with none.
std::optional<int> runCommand(std::span<const char* const> arguments);

// The page of each subcommand, for the manual: a title, a text and its flags.
std::vector<HelpSection> commandSections();
// Their flags, for completions.
std::vector<CommandFlags> commandFlags();

}  // namespace orchestrator_exporter::commands
