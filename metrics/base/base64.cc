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
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    unsigned waiting = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      waiting = waiting << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text.push_back(i > group.size() ? '=' : kLetters[waiting >> (18 - 6 * i) & 0x3f]);
    }
  }
  return text;
}

}  // namespace orchestrator_exporter
