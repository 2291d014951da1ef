#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace orchestrator_exporter::http {

// Retry-After (RFC 9110, section 10.2.3): seconds, or a date, held to 0..`longest`; nullopt for
// anything else.
std::optional<std::chrono::milliseconds> parseRetryAfter(std::string_view field,
                                                         std::chrono::system_clock::time_point now,
                                                         std::chrono::minutes longest);

}  // namespace orchestrator_exporter::http
