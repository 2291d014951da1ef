#include "metrics/base/utf8.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Bytes that cannot simply be copied into an escaped text.
constexpr std::array<bool, 256> kNeedsCare = [] {
  std::array<bool, 256> table{};
  for (int byte = 0x80; byte < 0x100; ++byte) table[static_cast<std::size_t>(byte)] = true;
  table[0] = table['\\'] = table['\n'] = table['"'] = true;
  return table;
}();

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// How many bytes at the beginning are ASCII and not NUL.
std::size_t plainAsciiPrefix(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = kOnes << 7;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    // A high bit in the word, or in it less one for a byte that was zero.
    if (((word | (word - kOnes)) & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<signed char>(text[at]) > 0) ++at;
  return at;
}

// Calls copy(run) for valid stretches and replace() for each run of invalid bytes.
template <typename Copy, typename Replace>
void walkUtf8(std::string_view text, Copy copy, Replace replace) {
  bool inBadRun = false;
  while (!text.empty()) {
    const std::size_t length = utf8SequenceLength(text);
    if (length == 0) {
      if (!inBadRun) replace();
      inBadRun = true;
      text.remove_prefix(1);
      continue;
    }
    inBadRun = false;
    copy(text.substr(0, length));
    text.remove_prefix(length);
  }
}

}  // namespace

std::size_t utf8SequenceLength(std::string_view text) {
  if (text.empty() || text[0] == '\0') return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!isContinuation(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  if (lead == 0xE0 && second < 0xA0) return 0;  // overlong
  if (lead == 0xED && second > 0x9F) return 0;  // surrogate
  if (lead == 0xF0 && second < 0x90) return 0;  // overlong
  if (lead == 0xF4 && second > 0x8F) return 0;  // above U+10FFFF
  return length;
}

bool isUtf8(std::string_view text) {
  text.remove_prefix(plainAsciiPrefix(text));
  while (!text.empty()) {
    const std::size_t length = utf8SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view utf8Prefix(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && isContinuation(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

std::size_t utf8Length(std::string_view text) {
  std::size_t characters = 0;
  for (const char c : text) characters += isContinuation(c) ? 0 : 1;
  return characters;
}

std::string toUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  walkUtf8(
      text, [&](std::string_view run) { valid += run; }, [&] { valid += kReplacement; });
  return valid;
}

void appendUtf8(std::string& out, char32_t character) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (character < 0x80) {
    put(character);
    return;
  }
  if (character < 0x800) {
    put(0xC0 | (character >> 6));
  } else if (character < 0x10000) {
    put(0xE0 | (character >> 12));
    put(0x80 | ((character >> 6) & 0x3F));
  } else {
    put(0xF0 | (character >> 18));
    put(0x80 | ((character >> 12) & 0x3F));
    put(0x80 | ((character >> 6) & 0x3F));
  }
  put(0x80 | (character & 0x3F));
}

void appendEscaped(TextBuffer& out, std::string_view text, bool quotes) {
  std::size_t plain = 0;
  while (plain < text.size() && !kNeedsCare[static_cast<unsigned char>(text[plain])]) ++plain;
  out.append(text.substr(0, plain));
  if (plain == text.size()) return;
  walkUtf8(
      text.substr(plain),
      [&](std::string_view run) {
        if (run == "\\") {
          out.append("\\\\");
        } else if (run == "\n") {
          out.append("\\n");
        } else if (run == "\"" && quotes) {
          out.append("\\\"");
        } else {
          out.append(run);
        }
      },
      [&] { out.append(kReplacement); });
}

}  // namespace orchestrator_exporter
