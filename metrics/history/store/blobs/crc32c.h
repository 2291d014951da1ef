#pragma once

#include <cstdint>
#include <span>

namespace orchestrator_exporter::history {

// The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of the bytes, or of what has `before` with the
// bytes behind it.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

}  // namespace orchestrator_exporter::history
