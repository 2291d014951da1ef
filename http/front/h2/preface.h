#pragma once

#include <cstdint>
#include <string_view>

namespace orchestrator_exporter::http::h2 {

// What a client that speaks HTTP/2 sends first (RFC 9113, 3.4).
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class Preface : std::uint8_t { kNone, kPart, kWhole };

// Whether the first bytes of a connection are the preface, or could become it.
constexpr Preface prefaceIn(std::string_view bytes) {
  if (bytes.starts_with(kPreface)) return Preface::kWhole;
  return kPreface.starts_with(bytes) ? Preface::kPart : Preface::kNone;
}

}  // namespace orchestrator_exporter::http::h2
