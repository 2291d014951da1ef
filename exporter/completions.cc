#include "exporter/completions.h"

namespace orchestrator_exporter {

namespace {

std::string joined(const std::vector<std::string>& names, const char* between) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : between) + name;
  return text;
}

}  // namespace

// Values are files, as far as the shell can know.
std::string bashCompletion(const std::vector<std::string>& names) {
  return R"(_orchestrator_exporter() {
  local word=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  if [[ $word == -* && $word != *=* ]]; then
    COMPREPLY=($(compgen -W "
      )" +
         joined(names, "\n      ") +
         R"(
    " -- "$word"))
  fi
}
complete -o default -F _orchestrator_exporter orchestrator_exporter
)";
}

std::string zshCompletion(const std::vector<std::string>& names) {
  return R"(#compdef orchestrator_exporter
_orchestrator_exporter() {
  local -a names
  names=(
    )" + joined(names, "\n    ") +
         R"(
  )
  if [[ $PREFIX == -* ]]; then
    compadd -- $names
  else
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

std::string fishCompletion(const std::vector<std::string>& names) {
  std::string script;
  for (const std::string& name : names) {
    script += "complete -c orchestrator_exporter -l " + name.substr(2) + "\n";
  }
  return script;
}

}  // namespace orchestrator_exporter
