#pragma once

#include <cstdint>
#include <string_view>

#include "metrics/base/string_hash.h"

namespace orchestrator_exporter {

// A hash that stands for its text where the text itself is not kept: equal ones of different texts
// are a matter of chance, one in 2^64. Other than hashString(), which need not tell short texts of
// different lengths apart, it mixes the length in first.
inline std::uint64_t identityHash(std::string_view text, std::uint64_t seed) {
  constexpr std::uint64_t kOdd = 0xD1B54A32D192ED03u;
  return hashString(text, seed ^ ((text.size() + 1) * kOdd));
}

}  // namespace orchestrator_exporter
