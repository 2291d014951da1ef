#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
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

// A histogram for each step, null where a series has none; empty if it never has one.
using HistogramColumn = std::vector<HistogramPointer>;

// What a series has at a step: a number, a histogram, or neither.
struct Element {
  double number = kAbsent;
  HistogramPointer histogram = nullptr;

  bool isThere() const { return isPresent(number) || histogram != nullptr; }
};

// A series has a number, a histogram or nothing at a step: where it has a histogram, its points
// have kAbsent, so that what works on numbers passes it by.
struct Series {
  Labels labels;
  Column points;
  bool dropsName = false;  // when the query is done (delayed name removal)
  HistogramColumn histograms = {};

  const HistogramPointer& histogram(std::size_t step) const {
    static const HistogramPointer none;
    return histograms.empty() ? none : histograms[step];
  }
  bool hasNumber(std::size_t step) const { return isPresent(points[step]); }
  bool hasHistogram(std::size_t step) const { return histogram(step) != nullptr; }
  bool has(std::size_t step) const { return hasNumber(step) || hasHistogram(step); }
  bool hasAny() const;

  Element at(std::size_t step) const { return {points[step], histogram(step)}; }
  // Takes the place of what is there.
  void set(std::size_t step, Element element);
};

using Matrix = std::vector<Series>;

// How many samples that are numbers take the memory of these (null ones none).
std::size_t weightOf(std::span<const HistogramPointer> histograms);

// Whether a column has any number.
bool hasPoints(const Column& points);

// A series that has nothing at any step.
Series emptySeries(Labels labels, std::size_t steps);

// Whether two of the series have the same labels.
bool hasDuplicates(const Matrix& matrix);

// Takes out the histograms.
void keepNumbers(Matrix& matrix);

// Makes one series of those that have the same labels, if they have no value at the same step;
// throws QueryError if they do. Takes out series without values.
void mergeDuplicates(Matrix& matrix);

[[noreturn]] void failDuplicates();

}  // namespace orchestrator_exporter::promql
