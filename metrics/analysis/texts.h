#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace orchestrator_exporter::analysis {

// Numbers as people read them, in sentences and advice.

// Up to three significant digits, with the unit behind it: 12.3 %, 4.5 GB, a ratio in
// percent; unknown for NaN.
std::string valueWords(double value, std::string_view unit = {});
// Bytes with a decimal unit: 1.2 GB.
std::string byteWords(double bytes);
// 90 minutes, 24 hours, 7 days.
std::string durationWords(std::int64_t milliseconds);
// 2026-11-29 11:00 UTC
std::string timeWords(std::int64_t milliseconds);
// 12.3 % of a share of 0.123.
std::string shareWords(double share);

}  // namespace orchestrator_exporter::analysis
