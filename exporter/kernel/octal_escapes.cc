#include "exporter/kernel/octal_escapes.h"

#include <optional>

#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kEscapeSize = 4;

// The byte that an escape at the start of the text stands for.
std::optional<char> escapedByte(std::string_view text) {
  if (text.size() < kEscapeSize || text[0] != '\\') return std::nullopt;
  const auto byte = parseUnsigned(text.substr(1, kEscapeSize - 1), 8);
  if (!byte || *byte > 0xff) return std::nullopt;
  return static_cast<char>(*byte);
}

}  // namespace

std::string withoutOctalEscapes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const auto escaped = escapedByte(text);
    plain += escaped.value_or(text.front());
    text.remove_prefix(escaped ? kEscapeSize : 1);
  }
  return plain;
}

}  // namespace orchestrator_exporter
