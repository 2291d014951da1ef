#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "metrics/history.h"
#include "metrics/promql/values/labels.h"

namespace orchestrator_exporter::promql {

// The moments of an evaluation, in milliseconds.
struct Steps {
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t interval = 1;

  std::size_t count() const {
    return end < start ? 0 : static_cast<std::size_t>((end - start) / interval) + 1;
  }
  std::int64_t time(std::size_t step) const {
    return start + static_cast<std::int64_t>(step) * interval;
  }
};

// A value for each step. Where a series has no sample stands kAbsent: the stale marker's bits,
// which no sample has once stale markers are left out, and which no calculation makes (they are a
// signalling NaN; hardware only gives quiet ones). A scalar has a value at every step.
using Column = std::vector<double>;

inline constexpr double kAbsent = std::bit_cast<double>(kStaleBits);
inline bool isAbsent(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }
inline bool isPresent(double value) { return !isAbsent(value); }

// The NaN that results have.
inline constexpr double kNaN = std::bit_cast<double>(std::uint64_t{0x7ff8000000000001});

struct Series {
  Labels labels;
  Column points;
  bool dropsName = false;  // when the query is done (delayed name removal)
};

using Matrix = std::vector<Series>;

// Whether a column has any value.
bool hasPoints(const Column& points);

// Whether two of the series have the same labels.
bool hasDuplicates(const Matrix& matrix);

// Makes one series of those that have the same labels, if they have no value at the same step;
// throws QueryError if they do. Takes out series without values.
void mergeDuplicates(Matrix& matrix);

[[noreturn]] void failDuplicates();

}  // namespace orchestrator_exporter::promql
