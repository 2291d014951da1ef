#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace orchestrator_exporter {

// Reads a duration as Go writes it: numbers with units ns, us, µs, ms, s, m and h ("1m30s", "0.5h",
// "-2ms"), or 0 without one. What is finer than a nanosecond is cut off. nullopt for anything else
// and for more than 292 years.
std::optional<std::chrono::nanoseconds> parseGoDuration(std::string_view text);

}  // namespace orchestrator_exporter
