#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace orchestrator_exporter {

// Amounts that the kernel prints for people, with a letter for a power of 1024 behind the number.
// What they lost in rounding stays lost; the result is cut to a whole number. nullopt where the
// word is anything else.

// As bcache prints them (bch_hprint() in drivers/md/bcache/util.c): k M G T P E Z Y. The digits
// behind the dot are not decimals, but 1024ths divided by 100: 1.10 is more than 1.9.
std::optional<std::uint64_t> parseBcacheSize(std::string_view word);

// As bcachefs prints them: k m g t p e in upper or lower case, with decimals.
std::optional<std::uint64_t> parseBcachefsSize(std::string_view word);

}  // namespace orchestrator_exporter
