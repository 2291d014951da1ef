#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "exporter/help_text.h"

namespace orchestrator_exporter {

// A command line that cannot be understood: what() is one line that names the flag.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The flags that a program knows, and what it does with those that come: `--flag=value` and
// `--flag value` are the same, `--switch` and `--no-switch` have no value.
class CommandLine {
 public:
  // A flag with a value. Without a text it works, and is not in --help.
  struct Value {
    std::string name;              // without the dashes
    std::string placeholder = {};  // what stands for the value in --help: DURATION
    std::string text = {};
    bool repeatable = false;
    std::string environment = {};  // a variable that gives the value if the flag does not come
  };
  enum class Request : std::uint8_t {
    kRun,
    kHelp,
    kWholeHelp,
    kProgramVersion,
    kManual,
    kBashCompletion,
    kZshCompletion,
    kFishCompletion,
  };

  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // In --help the flags that follow stand in this section, which `--help TOPIC` shows.
  void beginSection(std::string title, std::string paragraph = {}, std::string topic = {});
  // `take` is called with each value that comes and may throw.
  void add(const Value& flag, std::function<void(const std::string&)> take);
  // Puts the value that comes last into `value`, which must outlive parse().
  void add(const Value& flag, std::string& value);
  // `--name` and `--no-name`, together at most once; without a text it is not in --help.
  void addSwitch(const std::string& name, const std::string& text, std::function<void(bool)> take);
  // `-h` and `--help`.
  void addHelp();
  // What is no flag, and all that follows a bare `--`: from `least` to `most` words, which
  // `placeholder` stands for in messages.
  void takeArguments(std::string placeholder, std::size_t least, std::size_t most);
  // `-h`, `--help` and `--help TOPIC`, `--help-all`, `--version`, the manual page and completions
  // for shells.
  void addRequests();

  // Throws UsageError for a flag that is unknown, comes too often or lacks its value, and what a
  // `take` throws.
  Request parse(std::vector<std::string> arguments);
  // Those that takeArguments() asked for.
  const std::vector<std::string>& arguments() const { return arguments_; }
  const std::vector<HelpSection>& sections() const { return sections_; }
  // What followed --help; empty if nothing did.
  const std::string& topic() const { return topic_; }
  // All flags that stand in the help, and all switches with both of their names.
  const std::vector<std::string>& names() const { return names_; }

 private:
  class Parser;

  bool asksForHelp(const std::vector<std::string>& arguments);

  std::vector<HelpSection> sections_;
  std::vector<std::string> names_;
  std::vector<std::string> arguments_;
  std::string placeholder_;
  bool hasTopics_ = false;
  std::string topic_;
  std::size_t leastArguments_ = 0;
  std::unique_ptr<Parser> parser_;
};

}  // namespace orchestrator_exporter
