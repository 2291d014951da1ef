#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace exporter {

// An IP address as text: four bytes as 192.0.2.1, sixteen by RFC 5952 (2001:db8::1), except that an
// IPv4 address mapped into IPv6 is written as the IPv4 address it is. Empty for other lengths.
std::string addressText(std::span<const std::uint8_t> bytes);

}  // namespace exporter
