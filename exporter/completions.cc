#include "exporter/completions.h"

#include <set>

namespace orchestrator_exporter {

namespace {

std::string joined(const std::vector<std::string>& names, const char* between) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : between) + name;
  return text;
}

// What may follow the words that were written: the words, with a space behind each, and what
// comes next.
struct Step {
  std::string words;
  std::vector<std::string> next;
};

// The longer words first, the beginning of the line last.
std::vector<Step> stepsOf(const std::vector<std::string>& names,
                          const std::vector<CommandFlags>& commands) {
  std::vector<Step> steps;
  std::set<std::string> first;
  for (const CommandFlags& command : commands) {
    steps.push_back({command.name + " ", command.flags});
    first.insert(command.name.substr(0, command.name.find(' ')));
  }
  for (const std::string& word : first) {
    Step step{word + " ", {}};
    for (const CommandFlags& command : commands) {
      if (command.name.starts_with(step.words)) {
        step.next.push_back(command.name.substr(step.words.size()));
      }
    }
    if (!step.next.empty()) steps.push_back(std::move(step));
  }
  Step& start = steps.emplace_back(Step{"", {first.begin(), first.end()}});
  start.next.insert(start.next.end(), names.begin(), names.end());
  return steps;
}

// The branches of a case over the words that were written.
std::string cases(const std::vector<Step>& steps, const char* before, const char* after) {
  std::string text;
  for (const Step& step : steps) {
    text += "    " + (step.words.empty() ? "" : "'" + step.words + "'") + "*) " + before +
            "\n      " + joined(step.next, "\n      ") + "\n    " + after + " ;;\n";
  }
  return text;
}

}  // namespace

// Values are files, as far as the shell can know.
std::string bashCompletion(const std::vector<std::string>& names,
                           const std::vector<CommandFlags>& commands) {
  return R"(_orchestrator_exporter() {
  local word=${COMP_WORDS[COMP_CWORD]} written="${COMP_WORDS[*]:1:COMP_CWORD-1} " names
  COMPREPLY=()
  case "${written# }" in
)" + cases(stepsOf(names, commands), "names=\"", "\"") +
         R"(  esac
  if [[ $word != *=* ]]; then
    COMPREPLY=($(compgen -W "$names" -- "$word"))
  fi
}
complete -o default -F _orchestrator_exporter orchestrator_exporter
)";
}

std::string zshCompletion(const std::vector<std::string>& names,
                          const std::vector<CommandFlags>& commands) {
  return R"(#compdef orchestrator_exporter
_orchestrator_exporter() {
  local -a names
  local written="${words[2,CURRENT-1]} "
  case "${written# }" in
)" + cases(stepsOf(names, commands), "names=(", ")") +
         R"(  esac
  if [[ $PREFIX == -* || $CURRENT -le 3 ]]; then
    compadd -- $names
  fi
  if [[ $PREFIX != -* ]]; then
    _files
  fi
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _orchestrator_exporter "$@"
else
  compdef _orchestrator_exporter orchestrator_exporter
fi
)";
}

std::string fishCompletion(const std::vector<std::string>& names,
                           const std::vector<CommandFlags>& commands) {
  constexpr const char* kBegin = "complete -c orchestrator_exporter ";
  std::string script;
  for (const Step& step : stepsOf(names, commands)) {
    const std::string words = step.words.substr(0, step.words.find_last_not_of(' ') + 1);
    const std::string when = words.empty() ? ""
                                           : "-n 'string match -q \"orchestrator_exporter " +
                                                 words + " *\" (commandline -pc)' ";
    for (const std::string& name : step.next) {
      const bool isFlag = name.starts_with("--");
      script += kBegin + when +
                (isFlag ? "-l " + name.substr(2)
                        : (words.empty() ? "-n __fish_use_subcommand " : "") + ("-a " + name)) +
                "\n";
    }
  }
  return script;
}

}  // namespace orchestrator_exporter
