#pragma once

#include <cstddef>
#include <cstdint>

namespace orchestrator_exporter::history {

// Seven bits a byte, the lowest first; the highest bit of a byte says that another one follows.
inline constexpr std::size_t kLongestVarint = 10;

// Returns the place behind what it wrote.
inline std::uint8_t* writeVarint(std::uint8_t* at, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) *at++ = static_cast<std::uint8_t>(number | 0x80);
  *at++ = static_cast<std::uint8_t>(number);
  return at;
}

// Small numbers of either sign as small numbers: 0, -1, 1, -2 become 0, 1, 2, 3. Numbers with a
// sign are kept without one throughout, so that what overflows wraps around.
constexpr std::uint64_t zigzag(std::uint64_t number) {
  return (number << 1) ^ (0 - (number >> 63));
}
constexpr std::uint64_t unzigzag(std::uint64_t number) {
  return (number >> 1) ^ (0 - (number & 1));
}

}  // namespace orchestrator_exporter::history
