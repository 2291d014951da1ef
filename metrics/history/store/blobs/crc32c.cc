#include "metrics/history/store/blobs/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace orchestrator_exporter::history {

std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;  // ISA-L counts by int
  std::uint32_t rest = ~before;
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), kMostAtOnce);
    // It reads what its declaration would let it write.
    rest = crc32_iscsi(const_cast<std::uint8_t*>(bytes.data()), static_cast<int>(count), rest);
    bytes = bytes.subspan(count);
  }
  return ~rest;
}

}  // namespace orchestrator_exporter::history
