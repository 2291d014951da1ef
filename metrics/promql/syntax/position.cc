#include "metrics/promql/syntax/position.h"

#include <algorithm>

namespace orchestrator_exporter::promql {

std::string lineAndColumn(std::string_view query, std::size_t offset) {
  const std::string_view before = query.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t lineBreak = before.rfind('\n');
  const std::size_t column = lineBreak == std::string_view::npos ? offset + 1 : offset - lineBreak;
  return std::to_string(lines + 1) + ":" + std::to_string(column);
}

ParseError::ParseError(std::string_view query, std::size_t offset, std::string_view reason)
    : std::runtime_error((query.empty() ? "unknown position" : lineAndColumn(query, offset)) +
                         ": parse error: " + std::string(reason)) {}

}  // namespace orchestrator_exporter::promql
