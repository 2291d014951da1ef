#include "exporter/kernel/octal_escapes.h"

#include <algorithm>
#include <optional>

#include "exporter/kernel/row.h"

namespace orchestrator_exporter {

std::string undoOctalEscapes(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const std::size_t backslash = std::min(text.find('\\'), text.size());
    plain.append(text.substr(0, backslash));
    text.remove_prefix(backslash);
    if (text.empty()) break;
    const std::string_view digits = text.substr(1, kDigits);
    const auto code = digits.size() == kDigits ? parseUnsigned(digits, 8) : std::nullopt;
    const bool isEscape = code && *code <= 0xFF;
    plain += isEscape ? static_cast<char>(*code) : '\\';
    text.remove_prefix(isEscape ? 1 + kDigits : 1);
  }
  return plain;
}

}  // namespace orchestrator_exporter
