#include "metrics/history/store/blobs/crc32c.h"

#include <array>

namespace orchestrator_exporter::history {

namespace {

constexpr std::array<std::uint32_t, 256> kTable = [] {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;  // its lowest power is the highest bit
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) * kPolynomial);
    table[i] = rest;
  }
  return table;
}();

}  // namespace

std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before) {
  std::uint32_t rest = ~before;
  for (const std::uint8_t byte : bytes) rest = (rest >> 8) ^ kTable[(rest ^ byte) & 0xff];
  return ~rest;
}

}  // namespace orchestrator_exporter::history
