#pragma once

#include <optional>
#include <string_view>

namespace orchestrator_exporter {

// Reads a whole word as a sample value is written in the text formats: decimal, with or without an
// exponent, and Inf, Infinity and NaN in any case; only NaN takes no sign. nullopt for anything
// else and for numbers too large for a double; what is too small is 0.
std::optional<double> parseNumber(std::string_view word);

}  // namespace orchestrator_exporter
