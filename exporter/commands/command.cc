#include "exporter/commands/command.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

namespace orchestrator_exporter::commands {

namespace {

std::vector<CommandDefinition>& registered() {
  static std::vector<CommandDefinition> all;
  return all;
}

std::string firstWord(const std::string& name) { return name.substr(0, name.find(' ')); }

std::string usage(const CommandDefinition& definition) {
  return "orchestrator_exporter " + definition.name + " [FLAG]..." +
         (definition.arguments.empty() ? "" : " " + definition.arguments);
}

// A subcommand with its flags declared.
struct Prepared {
  explicit Prepared(const CommandDefinition& definition) : command(definition.make()) {
    line.beginSection({}, "usage: " + usage(definition));
    line.beginSection({}, definition.help);
    line.beginSection("Flags");
    command->declare(line);
    line.addHelp();
    line.takeArguments(definition.arguments, definition.least, definition.most);
  }

  CommandLine line;
  std::unique_ptr<Command> command;
};

int fail(const std::string& name, const std::string& reason, int status) {
  std::fflush(stdout);
  std::fprintf(stderr, "orchestrator_exporter%s: %s\n", (name.empty() ? "" : " " + name).c_str(),
               reason.c_str());
  return status;
}

int run(const CommandDefinition& definition, std::vector<std::string> arguments) {
  try {
    Prepared prepared(definition);
    if (prepared.line.parse(std::move(arguments)) != CommandLine::Request::kRun) {
      std::fputs(helpText(prepared.line.sections(), outputWidth()).c_str(), stdout);
      return kDone;
    }
    const int status = prepared.command->run(prepared.line.arguments());
    // A disk that is full, a reader that went away.
    return std::fflush(stdout) == 0 ? status : kCouldNot;
  } catch (const UsageError& error) {
    return fail(definition.name, std::string("error: ") + error.what() + ", try --help", kUsage);
  } catch (const std::exception& error) {
    return fail(definition.name, error.what(), kCouldNot);
  }
}

// The subcommands that the first word may go on to.
std::string continuations(const std::string& word) {
  std::string text;
  for (const CommandDefinition& definition : registered()) {
    if (definition.name.starts_with(word + " ")) {
      text += (text.empty() ? "" : ", ") + definition.name.substr(word.size() + 1);
    }
  }
  return text;
}

bool beginsWith(const std::vector<std::string>& words, const std::string& name) {
  const std::string first = firstWord(name);
  if (words.empty() || words[0] != first) return false;
  return first == name || (words.size() > 1 && words[1] == name.substr(first.size() + 1));
}

}  // namespace

RegisterCommand::RegisterCommand(CommandDefinition definition) {
  auto& all = registered();
  const auto place = std::lower_bound(
      all.begin(), all.end(), definition.name,
      [](const CommandDefinition& other, const std::string& name) { return other.name < name; });
  all.insert(place, std::move(definition));
}

const std::vector<CommandDefinition>& commandDefinitions() { return registered(); }

std::optional<int> runCommand(std::span<const char* const> arguments) {
  const std::vector<std::string> words(arguments.begin(), arguments.end());
  for (const CommandDefinition& definition : registered()) {
    if (!beginsWith(words, definition.name)) continue;
    const auto own = std::count(definition.name.begin(), definition.name.end(), ' ') + 1;
    return run(definition, {words.begin() + own, words.end()});
  }
  const std::string more = words.empty() ? "" : continuations(words[0]);
  if (more.empty()) return std::nullopt;
  if (words.size() > 1 && (words[1] == "--help" || words[1] == "-h")) {
    std::printf("usage: orchestrator_exporter %s COMMAND, which is one of %s\n", words[0].c_str(),
                more.c_str());
    return kDone;
  }
  return fail(words[0], "error: expected one of " + more, kUsage);
}

std::vector<HelpSection> commandSections() {
  std::vector<HelpSection> sections;
  for (const CommandDefinition& definition : registered()) {
    const Prepared prepared(definition);
    sections.push_back({usage(definition), definition.help, prepared.line.sections().back().flags});
  }
  return sections;
}

std::vector<CommandFlags> commandFlags() {
  std::vector<CommandFlags> all;
  for (const CommandDefinition& definition : registered()) {
    all.push_back({definition.name, Prepared(definition).line.names()});
  }
  return all;
}

}  // namespace orchestrator_exporter::commands
