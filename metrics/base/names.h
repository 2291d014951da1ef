#pragma once

#include <string_view>

namespace orchestrator_exporter {

// A name of a metric may hold a colon, one of a label may not.
constexpr bool isNameLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool isNameDigit(char c) { return c >= '0' && c <= '9'; }

// [a-zA-Z_:][a-zA-Z0-9_:]*, the names that every format can spell.
bool isLegalMetricName(std::string_view name);

// [a-zA-Z_][a-zA-Z0-9_]*
bool isLegalLabelName(std::string_view name);

}  // namespace orchestrator_exporter
