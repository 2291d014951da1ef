#include "exporter/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <utility>

#include "exporter/nearest_name.h"

namespace orchestrator_exporter {

class CommandLine::Parser : public CLI::App {
 public:
  // Throws UsageError: CLI11's own words for the fault are for programmers.
  [[noreturn]] void refuse(const CLI::ParseError& error) const;
  void refuseWhatItWouldTake(const std::vector<std::string>& arguments) const;

 private:
  // The flag that an argument begins with; null if it is none.
  const CLI::Option* flagOf(const std::string& argument) const;
  [[noreturn]] void refuseUnknown(const std::string& argument) const;
  void refuseRepeated() const;
  std::vector<std::string> names() const;
};

void CommandLine::Parser::refuse(const CLI::ParseError& error) const {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) refuseUnknown(remaining().front());
  const std::string text = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) throw UsageError(text);
  refuseRepeated();
  // "--flag: 1 required TEXT missing"
  throw UsageError(text.substr(0, text.find(':')) + ": expected a value");
}

void CommandLine::Parser::refuseUnknown(const std::string& argument) const {
  const std::string written = argument.substr(0, argument.find('='));
  const std::vector<std::string> known = names();
  const std::string_view meant = nearestName(written, known);
  throw UsageError((written.starts_with('-') ? "unknown flag " + written
                                             : "unexpected argument '" + argument + "'") +
                   (meant.empty() ? "" : " (did you mean " + std::string(meant) + "?)"));
}

void CommandLine::Parser::refuseRepeated() const {
  for (const CLI::Option* option : get_options()) {
    const bool repeatable = option->get_multi_option_policy() != CLI::MultiOptionPolicy::Throw;
    if (option->count() < 2 || repeatable) continue;
    std::string all;
    for (const std::string& name : option->get_lnames()) {
      all += (all.empty() ? "--" : " or --") + name;
    }
    throw UsageError(all + ": given more than once");
  }
}

std::vector<std::string> CommandLine::Parser::names() const {
  std::vector<std::string> all;
  for (const CLI::Option* option : get_options()) {
    for (const std::string& name : option->get_lnames()) all.push_back("--" + name);
  }
  return all;
}

// CLI11 would take `--switch=true`, and in `--flag --switch` the switch for the flag's value.
void CommandLine::Parser::refuseWhatItWouldTake(const std::vector<std::string>& arguments) const {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::size_t equals = arguments[i].find('=');
    const CLI::Option* const option = flagOf(arguments[i]);
    if (option == nullptr) continue;
    const bool isSwitch = option->get_expected_max() == 0;
    if (isSwitch && equals != std::string::npos) {
      throw UsageError(arguments[i].substr(0, equals) + ": unexpected value '" +
                       arguments[i].substr(equals + 1) + "', switches take none");
    }
    if (isSwitch || equals != std::string::npos || ++i == arguments.size()) continue;
    if (flagOf(arguments[i]) != nullptr) {
      throw UsageError(arguments[i - 1] + ": expected a value, got the flag " + arguments[i]);
    }
  }
}

const CLI::Option* CommandLine::Parser::flagOf(const std::string& argument) const {
  if (!argument.starts_with("--")) return nullptr;
  return get_option_no_throw(argument.substr(0, argument.find('=')));
}

namespace {

// CLI11 takes `--flag=` for a flag without its value; with the empty value as an argument of its
// own it does not.
std::vector<std::string> splitEmptyValues(const std::vector<std::string>& arguments) {
  std::vector<std::string> split;
  for (const std::string& argument : arguments) {
    const bool empty = argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    split.push_back(empty ? argument.substr(0, argument.size() - 1) : argument);
    if (empty) split.emplace_back();
  }
  return split;
}

struct Printed {
  const char* flag;
  CommandLine::Request request;
  const char* text;
};

// What is printed instead of running, whatever else the command line says.
constexpr std::array kPrinted = {
    Printed{"--help-all", CommandLine::Request::kWholeHelp, "Print all flags and exit."},
    Printed{"--help-long", CommandLine::Request::kWholeHelp, "The same."},
    Printed{"--help-man", CommandLine::Request::kManual, "Print a manual page and exit."},
    Printed{"--completion-script-bash", CommandLine::Request::kBashCompletion,
            "Print completions for bash and exit."},
    Printed{"--completion-script-zsh", CommandLine::Request::kZshCompletion,
            "Print completions for zsh and exit."},
    Printed{"--completion-script-fish", CommandLine::Request::kFishCompletion,
            "Print completions for fish and exit."},
};

}  // namespace

CommandLine::CommandLine() : parser_(std::make_unique<Parser>()) { parser_->set_help_flag(); }
CommandLine::~CommandLine() = default;

void CommandLine::beginSection(std::string title, std::string paragraph, std::string topic) {
  sections_.push_back({std::move(title), std::move(paragraph), {}, std::move(topic)});
}

void CommandLine::add(const Value& flag, std::function<void(const std::string&)> take) {
  using Policy = CLI::MultiOptionPolicy;
  parser_->add_option("--" + flag.name, {})
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(flag.repeatable ? Policy::TakeAll : Policy::Throw)
      ->envname(flag.environment)
      ->each(std::move(take));
  if (flag.text.empty()) return;
  names_.push_back("--" + flag.name);
  sections_.back().flags.push_back({"--" + flag.name + "=" + flag.placeholder, flag.text});
}

void CommandLine::add(const Value& flag, std::string& value) {
  add(flag, [&value](const std::string& given) { value = given; });
}

void CommandLine::addSwitch(const std::string& name, const std::string& text,
                            std::function<void(bool)> take) {
  parser_->add_flag("--" + name + ",!--no-" + name)
      ->multi_option_policy(CLI::MultiOptionPolicy::Throw)
      ->disable_flag_override()
      ->each([take = std::move(take)](const std::string& value) { take(value == "true"); });
  names_.insert(names_.end(), {"--" + name, "--no-" + name});
  if (!text.empty()) sections_.back().flags.push_back({"--[no-]" + name, text});
}

void CommandLine::addHelp() {
  parser_->set_help_flag("-h,--help");
  sections_.back().flags.push_back({"-h, --help", "Print this text and exit."});
  names_.emplace_back("--help");
}

void CommandLine::takeArguments(std::string placeholder, std::size_t least, std::size_t most) {
  placeholder_ = std::move(placeholder);
  leastArguments_ = least;
  if (most == 0) return;
  parser_->add_option("ARGUMENTS", arguments_)->expected(0, static_cast<int>(most));
}

void CommandLine::addRequests() {
  addHelp();
  hasTopics_ = true;
  auto& flags = sections_.back().flags;
  flags.back() = {"-h, --help [TOPIC]", "Print what is used most, or one topic, and exit."};
  parser_->set_version_flag("--version", "");
  flags.push_back({"--version", "Print the version and exit."});
  names_.emplace_back("--version");
  for (const auto& [flag, request, text] : kPrinted) {
    names_.emplace_back(flag);
    flags.push_back({flag, text});
  }
}

// With a topic, which is the word that follows or stands behind an equals sign.
bool CommandLine::asksForHelp(const std::vector<std::string>& arguments) {
  constexpr std::string_view kWithTopic = "--help=";
  for (std::size_t i = 0; hasTopics_ && i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with(kWithTopic)) {
      topic_ = arguments[i].substr(kWithTopic.size());
      return true;
    }
    if (arguments[i] != "-h" && arguments[i] != "--help") continue;
    if (i + 1 < arguments.size() && !arguments[i + 1].starts_with('-')) topic_ = arguments[i + 1];
    return true;
  }
  return false;
}

CommandLine::Request CommandLine::parse(std::vector<std::string> arguments) {
  arguments_.clear();
  topic_.clear();
  for (const auto& [flag, request, text] : kPrinted) {
    if (std::find(arguments.begin(), arguments.end(), flag) != arguments.end()) return request;
  }
  if (asksForHelp(arguments)) return Request::kHelp;
  parser_->refuseWhatItWouldTake(arguments);
  arguments = splitEmptyValues(arguments);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    parser_->parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Request::kHelp;
  } catch (const CLI::CallForVersion&) {
    return Request::kProgramVersion;
  } catch (const CLI::ParseError& error) {
    parser_->refuse(error);
  }
  if (arguments_.size() < leastArguments_) throw UsageError("expected " + placeholder_);
  return Request::kRun;
}

}  // namespace orchestrator_exporter
