#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace orchestrator_exporter::http {

using Sha256Digest = std::array<std::uint8_t, 32>;

// SHA-256 as FIPS 180-4 defines it. Of our own, because it is needed where no TLS is on and so no
// OpenSSL is loaded.
Sha256Digest sha256(std::string_view message);

}  // namespace orchestrator_exporter::http
