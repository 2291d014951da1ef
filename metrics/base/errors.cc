#include "metrics/base/errors.h"

namespace orchestrator_exporter {

std::string ParseError::printable(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string shown;
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      shown += c;
    } else {
      shown += "\\x";
      shown += kDigits[byte >> 4];
      shown += kDigits[byte & 15];
    }
  }
  if (text.size() > kLongest) shown += "...";
  return shown;
}

std::string ParseError::compose(std::string_view place, std::size_t line,
                                std::string_view message) {
  std::string text(place);
  if (line != 0) text += ":" + std::to_string(line);
  text += ": ";
  text += message;
  return text;
}

}  // namespace orchestrator_exporter
