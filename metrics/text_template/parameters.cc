#include "metrics/text_template/parameters.h"

#include <algorithm>

namespace orchestrator_exporter::text_template {

std::string_view typeOfParameter(char parameter) {
  switch (parameter) {
    case 's':
      return "string";
    case 'i':
      return "int";
    case 'n':
      return "float64";
    case 't':
      return "time.Time";
    case 'd':
      return "time.Duration";
    case 'l':
      return "template.queryResult";
    case 'S':
      return "[]string";
    case 'L':
      return "[]interface {}";
    case 'o':
      return "*template.sample";
    default:
      return "interface {}";
  }
}

std::string_view literalOfParameter(char parameter) {
  switch (parameter) {
    case 's':
      return "string";
    case 'i':
    case 'd':
      return "integer";
    case 'n':
      return "float";
    default:
      return {};
  }
}

bool fits(const Value& value, char parameter) {
  switch (parameter) {
    case 's':
      return std::holds_alternative<std::string>(value);
    case 'i':
      return std::holds_alternative<std::int64_t>(value);
    case 'n':
      return std::holds_alternative<double>(value);
    case 't':
      return std::holds_alternative<Time>(value);
    case 'l':
    case 'S':
    case 'L':
    case 'o':
    case 'd':
      return typeName(value) == typeOfParameter(parameter);
    default:
      return true;
  }
}

char parameterAt(const Function& function, std::size_t at) {
  const std::size_t named = function.parameters.size() - (function.takesMore() ? 1 : 0);
  return function.parameters[std::min(at, named - 1)];
}

}  // namespace orchestrator_exporter::text_template
