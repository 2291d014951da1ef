#include "exporter/kernel/network/address_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kGroups = 8;
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void append(std::string& text, unsigned number, int base) {
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
  text.append(digits, end);
}

std::string dotted(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += '.';
    append(text, byte, 10);
  }
  return text;
}

struct Run {
  std::size_t begin = 0;
  std::size_t length = 0;
};

// The first of the longest runs of groups that are zero; a lone one is not shortened.
Run longestZeros(const std::array<unsigned, kGroups>& groups) {
  Run longest;
  Run current;
  for (std::size_t i = 0; i < kGroups; ++i) {
    current = groups[i] != 0 ? Run{i + 1, 0} : Run{current.begin, current.length + 1};
    if (current.length > longest.length) longest = current;
  }
  return longest.length > 1 ? longest : Run{};
}

std::string grouped(std::span<const std::uint8_t> bytes) {
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) groups[i] = bytes[2 * i] * 256u + bytes[2 * i + 1];
  const Run zeros = longestZeros(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (zeros.length > 0 && i == zeros.begin) {
      text += "::";
      i += zeros.length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    append(text, groups[i], 16);
  }
  return text;
}

}  // namespace

std::string addressText(std::span<const std::uint8_t> bytes) {
  if (bytes.size() == 4) return dotted(bytes);
  if (bytes.size() != 16) return {};
  const bool mapped = std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
  return mapped ? dotted(bytes.subspan(kMappedPrefix.size())) : grouped(bytes);
}

std::string addressText(std::string_view bytes) {
  return addressText({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string hardwareAddressText(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (!text.empty()) text += ':';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

}  // namespace orchestrator_exporter
