#include "metrics/promql/values/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

std::string withExponentBelow(double value, double smallest) {
  const double size = std::fabs(value);
  if (!std::isfinite(value) || size == 0 || (size >= smallest && size < 1e21)) {
    return fixedNotation(value);
  }
  std::array<char, 32> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                     std::chars_format::scientific);
  return {buffer.data(), written.ptr};
}

}  // namespace

std::string shortestGo(double value) { return withExponentBelow(value, 1e-4); }

std::string valueText(double value) { return withExponentBelow(value, 1e-6); }

}  // namespace orchestrator_exporter::promql
