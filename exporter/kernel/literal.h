#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace orchestrator_exporter {

// Whole numbers in the spellings of source code: decimal, 0x1f, 0b101, 0o17 and octal with a
// leading zero (017). Some kernel files mix these bases. nullopt if the word is anything else.
std::optional<std::uint64_t> parseUnsignedLiteral(std::string_view word);
// As parseUnsignedLiteral, with a sign (+ or -) and for what fits 64 bits with one.
std::optional<std::int64_t> parseIntegerLiteral(std::string_view word);

}  // namespace orchestrator_exporter
