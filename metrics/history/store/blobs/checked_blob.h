#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace orchestrator_exporter::history {

using Bytes = std::vector<std::uint8_t>;

// A blob whose first four bytes are the CRC-32C of the others, the lowest first.

// Makes room for the checksum, ahead of what will be appended.
void beginChecked(Bytes& blob);
// When all was appended.
void endChecked(Bytes& blob);
// What is behind the checksum; nullopt if that is not its.
std::optional<std::span<const std::uint8_t>> contentOf(std::span<const std::uint8_t> blob);

}  // namespace orchestrator_exporter::history
