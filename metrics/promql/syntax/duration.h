#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrator_exporter::promql {

// Reads `1h30m` as milliseconds: units ms s m h d w y, each once, in falling order. Throws
// std::invalid_argument with the reason.
std::int64_t parseDuration(std::string_view text);

// Writes it as parseDuration reads it; a negative one with a sign before.
std::string printDuration(std::int64_t milliseconds);

// Seconds as written in a query, made milliseconds: rounded to nanoseconds, then cut. NaN, which
// may be written, is the least of them.
std::int64_t millisecondsOf(double seconds);

// Whether so many seconds fit the nanoseconds of 64 bits.
bool isDurationInRange(double seconds);

}  // namespace orchestrator_exporter::promql
