#pragma once

#include <cstddef>
#include <vector>

namespace orchestrator_exporter {

// `count` bounds from `first` on, each `step` above the one before. Throws std::invalid_argument
// unless step > 0 and count > 0.
std::vector<double> linearBounds(double first, double step, std::size_t count);

// `count` bounds from `first` on, each `factor` times the one before. Throws std::invalid_argument
// unless first > 0, factor > 1 and count > 0.
std::vector<double> exponentialBounds(double first, double factor, std::size_t count);

// 0.5 ms to 10 s in seconds, for messages, requests and queries.
const std::vector<double>& shortTimeBounds();

}  // namespace orchestrator_exporter
