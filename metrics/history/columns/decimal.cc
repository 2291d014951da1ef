#include "metrics/history/columns/decimal.h"

#include <array>
#include <bit>
#include <cmath>

namespace orchestrator_exporter::history {

namespace {

constexpr std::array<double, kLargestScale + 1> kPowers = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

}  // namespace

double powerOfTen(unsigned scale) { return kPowers[scale]; }

double toDouble(Decimal decimal) {
  return static_cast<double>(decimal.digits) / kPowers[decimal.scale];
}

std::optional<std::int64_t> digitsAt(double value, unsigned scale) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const double scaled = value * kPowers[scale];
  if (!(std::fabs(scaled) < kExact)) return std::nullopt;
  const auto digits = static_cast<std::int64_t>(scaled + std::copysign(0.5, scaled));
  const double back = scale == 0 ? static_cast<double>(digits) : toDouble({digits, scale});
  if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(value)) {
    return std::nullopt;
  }
  return digits;
}

std::optional<Decimal> toDecimal(double value) {
  for (unsigned scale = 0; scale <= kLargestScale; ++scale) {
    if (const auto digits = digitsAt(value, scale)) return Decimal{*digits, scale};
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter::history
