#include "metrics/promql/values/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

// In fixed notation if the size of the value is within the bounds, else with an exponent.
std::string fixedBetween(double value, double smallest, double limit) {
  const double size = std::fabs(value);
  if (!std::isfinite(value) || size == 0 || (size >= smallest && size < limit)) {
    return fixedNotation(value);
  }
  std::array<char, 32> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                     std::chars_format::scientific);
  return {buffer.data(), written.ptr};
}

}  // namespace

std::string shortestGo(double value) { return fixedBetween(value, 1e-4, 1e6); }

std::string valueText(double value) { return fixedBetween(value, 1e-6, 1e21); }

}  // namespace orchestrator_exporter::promql
