#include "metrics/registry/bucket_bounds.h"

#include <cmath>
#include <stdexcept>

namespace orchestrator_exporter {

std::vector<double> linearBounds(double first, double step, std::size_t count) {
  if (!(step > 0) || count == 0) {
    throw std::invalid_argument("linear bounds: expected a step above 0 and at least one bound");
  }
  std::vector<double> bounds(count);
  // Multiplied, not added up, so that rounding errors do not pile up.
  for (std::size_t i = 0; i < count; ++i) bounds[i] = first + step * static_cast<double>(i);
  return bounds;
}

std::vector<double> exponentialBounds(double first, double factor, std::size_t count) {
  if (!(first > 0) || !(factor > 1) || count == 0) {
    throw std::invalid_argument(
        "exponential bounds: expected a first bound above 0, a factor above 1 and at least one");
  }
  std::vector<double> bounds(count);
  for (std::size_t i = 0; i < count; ++i) {
    bounds[i] = first * std::pow(factor, static_cast<double>(i));
  }
  return bounds;
}

const std::vector<double>& shortTimeBounds() {
  static const std::vector<double> bounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                             0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return bounds;
}

}  // namespace orchestrator_exporter
