#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// Unpacks a body in snappy's block format. Throws ParseError for anything else, and HttpError 413
// for one that is larger than `most` bytes once it is unpacked, before it takes the memory.
std::string unsnappy(std::string_view packed, std::size_t most);

// Likewise of snappy's framing format (its document framing_format.txt), which Pushgateway takes:
// one stream or several, each chunk with a checksum that must be right.
std::string unsnappyFrames(std::string_view packed, std::size_t most);

}  // namespace orchestrator_exporter::http
