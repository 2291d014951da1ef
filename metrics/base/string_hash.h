#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace orchestrator_exporter {

// Folds two words into one by a 128-bit product, of which both halves count.
inline std::uint64_t mixWords(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

namespace string_hash_detail {

template <typename Word>
std::uint64_t load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace string_hash_detail

// A quick hash for tables in memory: one product for each 16 bytes. Its values differ between
// machines: never store or send them.
inline std::uint64_t hashString(std::string_view text, std::uint64_t seed) {
  using string_hash_detail::load;
  constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15u;   // 2^64 divided by the golden ratio
  constexpr std::uint64_t kSecond = 0x243F6A8885A308D3u;  // the first digits of pi
  const char* at = text.data();
  const std::size_t size = text.size();
  const char* const end = at + size;
  std::uint64_t state = seed ^ kFirst;
  for (; end - at > 16; at += 16) {
    state = mixWords(load<std::uint64_t>(at) ^ state, load<std::uint64_t>(at + 8) ^ kSecond);
  }
  // The rest, in reads that overlap instead of looping.
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (size >= 8) {
    low = load<std::uint64_t>(size > 16 ? end - 16 : at);
    high = load<std::uint64_t>(end - 8);
  } else if (size >= 4) {
    low = load<std::uint32_t>(at);
    high = load<std::uint32_t>(end - 4);
  } else if (size > 0) {
    low = load<std::uint8_t>(at) << 8 | load<std::uint8_t>(at + size / 2);
    high = load<std::uint8_t>(end - 1);
  }
  return mixWords(low ^ state, high ^ kSecond ^ size);
}

// Whether `size` bytes are equal, without a call for the few that identifiers have.
inline bool equalBytes(const char* a, const char* b, std::size_t size) {
  using string_hash_detail::load;
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      if (load<std::uint64_t>(a + i) != load<std::uint64_t>(b + i)) return false;
    }
    return load<std::uint64_t>(a + size - 8) == load<std::uint64_t>(b + size - 8);
  }
  if (size >= 4) {
    return load<std::uint32_t>(a) == load<std::uint32_t>(b) &&
           load<std::uint32_t>(a + size - 4) == load<std::uint32_t>(b + size - 4);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace orchestrator_exporter
