#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Which bytes may stand where in a message (RFC 9110, 5.5 and 5.6; RFC 3986, 2). Independent of
// the locale.
namespace orchestrator_exporter::http {

enum class ByteClass : std::uint8_t {
  kToken = 1,   // of methods, field names and the like
  kValue = 2,   // of a field's value: tab, space, visible ASCII, and 0x80 to 0xFF (obs-text)
  kTarget = 4,  // of a request target: visible ASCII but for #, which begins a fragment
  kHost = 8,    // of a host's name as it stands in a URI, but for percent-encodings
};

constexpr bool isLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

constexpr bool isOneOf(char c, std::string_view marks) {
  return marks.find(c) != std::string_view::npos;
}

// 0 to 15; -1 for what is no hexadecimal digit.
constexpr int hexDigit(char c) {
  if (isDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Every byte's classes, so that a byte costs one look-up.
inline constexpr auto kByteClasses = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const char c = static_cast<char>(byte);
    const auto add = [&](ByteClass set, bool contained) {
      if (contained) table[byte] |= static_cast<std::uint8_t>(set);
    };
    const bool alphanumeric = isLetter(c) || isDigit(c);
    const bool visible = byte > 0x20 && byte < 0x7F;
    add(ByteClass::kToken, alphanumeric || isOneOf(c, "!#$%&'*+-.^_`|~"));
    add(ByteClass::kValue, visible || c == ' ' || c == '\t' || byte >= 0x80);
    add(ByteClass::kTarget, visible && c != '#');
    add(ByteClass::kHost, alphanumeric || isOneOf(c, "-._~!$&'()*+,;="));
  }
  return table;
}();

constexpr bool isIn(ByteClass set, char c) {
  return (kByteClasses[static_cast<unsigned char>(c)] & static_cast<std::uint8_t>(set)) != 0;
}

}  // namespace orchestrator_exporter::http
