#include "metrics/promql/syntax/expression_error.h"

#include <array>
#include <utility>

namespace orchestrator_exporter::promql {

std::string expressionError(std::string_view reason) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWords = {{
      {"missing ]", "missing closing ]"},
      {"missing )", "missing closing )"},
      {"trailing \\", "trailing backslash at end of expression"},
      {"no argument for repetition operator", "missing argument to repetition operator"},
      {"invalid repetition size", "invalid repeat count"},
      {"bad repetition operator", "invalid nested repetition operator"},
      {"invalid perl operator", "invalid or unsupported Perl syntax"},
      {"invalid named capture group", "invalid named capture"},
      {"invalid UTF-8", "invalid UTF-8"},
      {"unexpected )", "unexpected )"},
  }};
  std::string_view code = reason;
  std::string_view argument;
  if (const std::size_t colon = reason.find(": "); colon != std::string_view::npos) {
    code = reason.substr(0, colon);
    argument = reason.substr(colon + 2);
  }
  for (const auto& [ours, theirs] : kWords) {
    if (code == ours) code = theirs;
  }
  return "error parsing regexp: " + std::string(code) + ": `" + std::string(argument) + "`";
}

}  // namespace orchestrator_exporter::promql
