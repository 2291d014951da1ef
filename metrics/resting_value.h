#pragma once

#include <bit>
#include <cstdint>

namespace orchestrator_exporter {

// Stands in a reading for a series that lasts but was not looked at this time: its collector has a
// longer interval than readings. Whoever keeps samples keeps none of it, and does not end the
// series. A NaN with bits of its own. Of a histogram or summary the sum has it, and then all values
// that Snapshot::appendValues() gives of it.
inline constexpr std::uint64_t kRestingBits = 0x7ff0000000000003;
inline constexpr double kResting = std::bit_cast<double>(kRestingBits);

inline bool isResting(double value) { return std::bit_cast<std::uint64_t>(value) == kRestingBits; }

}  // namespace orchestrator_exporter
