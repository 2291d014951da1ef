#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace exporter {

// Folds two words into one by a 128-bit product, of which both halves count.
inline std::uint64_t mixWords(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// A quick hash for tables in memory. Its values differ between builds and machines: never store or
// send them.
inline std::uint64_t hashString(std::string_view text, std::uint64_t seed) {
  constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15u;   // 2^64 divided by the golden ratio
  constexpr std::uint64_t kSecond = 0x243F6A8885A308D3u;  // the first digits of pi
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t state = mixWords(seed ^ left ^ kFirst, kSecond);
  std::uint64_t word = 0;
  for (; left > 8; at += 8, left -= 8) {
    std::memcpy(&word, at, 8);
    state = mixWords(state ^ word, kFirst);
  }
  // The last eight bytes or fewer; reads overlap instead of looping.
  word = 0;
  if (left >= 4) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + left - 4, 4);
    word = static_cast<std::uint64_t>(high) << 32 | low;
  } else if (left > 0) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i]));
    };
    word = byte(0) << 16 | byte(left / 2) << 8 | byte(left - 1);
  }
  return mixWords(state ^ word, kSecond);
}

}  // namespace exporter
