#include "metrics/base/base64.h"

#include <algorithm>
#include <cstddef>

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::string> decodeBase64(std::string_view text) {
  std::string letters(text);
  std::erase_if(letters, [](char c) { return c == '\r' || c == '\n'; });
  if (letters.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && letters.ends_with('='); ++padding) letters.pop_back();

  std::string bytes;
  bytes.reserve(letters.size() / 4 * 3 + 2);
  unsigned waiting = 0;
  unsigned waitingBits = 0;
  for (const char letter : letters) {
    const std::size_t value = kLetters.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    waiting = (waiting << 6 | static_cast<unsigned>(value)) & 0xffff;
    waitingBits += 6;
    if (waitingBits < 8) continue;
    waitingBits -= 8;
    bytes.push_back(static_cast<char>(waiting >> waitingBits & 0xff));
  }
  return bytes;
}

std::string encodeBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t place) {
      return place < bytes.size() ? static_cast<unsigned char>(bytes[place]) : 0u;
    };
    const unsigned three = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    const std::size_t letters = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (unsigned letter = 0; letter < 4; ++letter) {
      text += letter < letters ? kLetters[three >> (18 - 6 * letter) & 0x3f] : '=';
    }
  }
  return text;
}

}  // namespace orchestrator_exporter
