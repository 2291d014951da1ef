#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace orchestrator_exporter {

// The MD5 digest of the bytes (RFC 1321): for names and for dealing things out as others do, never
// for what must not be forged.
std::array<std::uint8_t, 16> md5(std::string_view bytes);

}  // namespace orchestrator_exporter
