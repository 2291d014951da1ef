#pragma once

#include <cstddef>
#include <vector>

namespace exporter {

// `count` bounds from `first` on, each `step` above the one before. Throws std::invalid_argument
// unless step > 0 and count > 0.
std::vector<double> linearBounds(double first, double step, std::size_t count);

// `count` bounds from `first` on, each `factor` times the one before. Throws std::invalid_argument
// unless first > 0, factor > 1 and count > 0.
std::vector<double> exponentialBounds(double first, double factor, std::size_t count);

}  // namespace exporter
