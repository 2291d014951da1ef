#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/remote_write/queue/block.h"

namespace orchestrator_exporter::remote_write {

// A block in a file: a head of fixed size, then the bytes of the request. Numbers are
// little-endian.
struct RecordHead {
  static constexpr std::size_t kBytes = 32;
  // No request of a sender is larger: what says so is no record.
  static constexpr std::uint32_t kMostBytes = 64U << 20;

  std::uint32_t bytes = 0;     // of the request
  std::uint32_t checksum = 0;  // CRC-32C of what follows it, the request included
  std::int64_t time = 0;
  Amounts amounts = {};
  Protocol protocol = Protocol::kV1;
};

std::string record(const Block& block);

// nullopt for bytes that are no head: other than kBytes, or an invalid length or protocol.
std::optional<RecordHead> recordHead(std::string_view bytes);

// The block of a whole record; nullopt if its checksum is wrong.
std::optional<Block> recordBlock(std::string_view bytes);

}  // namespace orchestrator_exporter::remote_write
