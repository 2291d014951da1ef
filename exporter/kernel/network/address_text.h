#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace orchestrator_exporter {

// An IP address as text: four bytes as 192.0.2.1, sixteen by RFC 5952 (2001:db8::1), except that an
// IPv4 address mapped into IPv6 is written as the IPv4 address it is. Empty for other lengths.
std::string addressText(std::span<const std::uint8_t> bytes);
// The same of bytes that are held as characters.
std::string addressText(std::string_view bytes);

// A hardware address of any length as text: 02:00:5e:10:00:01.
std::string hardwareAddressText(std::string_view bytes);

}  // namespace orchestrator_exporter
