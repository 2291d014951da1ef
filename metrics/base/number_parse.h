#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace orchestrator_exporter {

// Reads a whole word as a sample value is written in the text formats: decimal, with or without an
// exponent, and Inf, Infinity and NaN in any case; only NaN takes no sign. nullopt for anything
// else and for numbers too large for a double; what is too small is 0.
std::optional<double> parseNumber(std::string_view word);

// Read a whole word as a whole number, the second with a sign before it if there is one; nullopt
// for anything else and for what does not fit.
std::optional<std::uint64_t> parseUnsigned(std::string_view word, int base = 10);
std::optional<std::int64_t> parseInteger(std::string_view word);

}  // namespace orchestrator_exporter
