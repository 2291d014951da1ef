#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace orchestrator_exporter::statistics {

// Everything in this room is a pure function of its arguments: no input or output, no clock, no
// memory of earlier calls, so any thread may call it. NaN stands for a value that is not known; it
// is left out and counted. What cannot be told is NaN.

// Values in the order in which they were observed.
struct Observations {
  std::span<const double> values;
  std::span<const std::int64_t> times = {};  // of each value, ms; empty if they have none
};

// What a result stands on.
struct Support {
  std::size_t n = 0;      // values that counted
  std::size_t nNan = 0;   // values that were NaN
  std::int64_t from = 0;  // time of the first that counted, ms; 0 without times
  std::int64_t to = 0;    // and of the last

  friend bool operator==(const Support&, const Support&) = default;
};

Support supportOf(const Observations& observations);

// The values that are no NaN, in their order.
std::vector<double> known(std::span<const double> values);

// Neumaier's compensated sum (Zeitschrift für Angewandte Mathematik und Mechanik 54, 1974): off by
// two roundings at most unless the terms cancel by more than 1e16.
double sum(std::span<const double> values);

}  // namespace orchestrator_exporter::statistics
