#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// SHA-1 as FIPS 180-4 defines it, 20 bytes: for the handshake of WebSockets, which proves nothing
// and asks for it (RFC 6455, 1.3). Not for anything that is to be safe.
std::string sha1(std::string_view message);

}  // namespace orchestrator_exporter::http
