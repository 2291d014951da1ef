#pragma once

#include <cstdint>
#include <optional>

namespace orchestrator_exporter::history {

// A double as a whole number of tenths, hundredths and so on: `digits` / 10^`scale`.
struct Decimal {
  std::int64_t digits = 0;
  unsigned scale = 0;
};

// Up to here a power of ten, and every whole number of at most 53 bits, is a double without error,
// and so their quotient is the double nearest to the decimal number.
inline constexpr unsigned kLargestScale = 15;

// Both of a scale of at most kLargestScale.
double powerOfTen(unsigned scale);
double toDouble(Decimal decimal);

// The digits at this scale; nullopt if they would not give back every bit of the value (as for -0,
// NaN, infinities, and values with more decimals).
std::optional<std::int64_t> digitsAt(double value, unsigned scale);

// With the smallest scale that gives every bit back.
std::optional<Decimal> toDecimal(double value);

}  // namespace orchestrator_exporter::history
