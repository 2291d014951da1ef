#include "exporter/kernel/literal.h"

#include <limits>

#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

std::optional<std::uint64_t> parseUnsignedLiteral(std::string_view word) {
  if (word.size() < 2 || word[0] != '0') return parseUnsigned(word);
  switch (word[1]) {
    case 'x':
    case 'X':
      return parseUnsigned(word.substr(2), 16);
    case 'b':
    case 'B':
      return parseUnsigned(word.substr(2), 2);
    case 'o':
    case 'O':
      return parseUnsigned(word.substr(2), 8);
    default:
      return parseUnsigned(word.substr(1), 8);
  }
}

std::optional<std::int64_t> parseIntegerLiteral(std::string_view word) {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const bool negative = word.starts_with('-');
  if (negative || word.starts_with('+')) word.remove_prefix(1);
  const auto magnitude = parseUnsignedLiteral(word);
  if (!magnitude || *magnitude > kLargest + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

}  // namespace orchestrator_exporter
