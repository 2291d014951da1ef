#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrator_exporter::commands {

// A point in time as flags take it, in milliseconds since 1970 UTC: RFC 3339, Unix seconds, `now`,
// or a duration before `now` as in -1h30m. Throws UsageError that names the flag.
std::int64_t timeOf(std::string_view flag, std::string_view text, std::int64_t now);

// A duration of Prometheus, or seconds; in milliseconds, above 0. Throws UsageError.
std::int64_t stepOf(std::string_view flag, std::string_view text);

// Milliseconds since 1970 UTC.
std::int64_t currentTime();

// Seconds since 1970 with as many decimals as it takes: 1700000000.5
std::string unixText(std::int64_t time);
// RFC 3339 with milliseconds: 2023-11-14T22:13:20.500Z
std::string isoText(std::int64_t time);

}  // namespace orchestrator_exporter::commands
