#pragma once

#include <cstdint>
#include <optional>

#include "metrics/float_histogram.h"

namespace orchestrator_exporter::promql {

// Why two histograms have no sum and no difference.
enum class Mismatch : std::uint8_t {
  kKinds,   // one has exponential buckets, the other custom bounds
  kBounds,  // their custom bounds are not the same
};

// Adds `other` to the histogram, or takes it away: at the coarser of their schemas and with the
// larger of their zero thresholds, made larger still if it lies within a bucket that is not empty.
// The histogram is unchanged if they do not fit together.
std::optional<Mismatch> add(FloatHistogram& histogram, const FloatHistogram& other);
std::optional<Mismatch> subtract(FloatHistogram& histogram, const FloatHistogram& other);

// Takes a histogram into the mean of `count` of them, itself among them. Unspecified if they do not
// fit together.
std::optional<Mismatch> moveMean(FloatHistogram& mean, const FloatHistogram& histogram,
                                 double count);

void multiply(FloatHistogram& histogram, double factor);
// Dividing by 0 leaves no buckets.
void divide(FloatHistogram& histogram, double divisor);

// Copies, for values of a query.
HistogramPointer scaled(const FloatHistogram& histogram, double factor);
HistogramPointer divided(const FloatHistogram& histogram, double divisor);

// At a coarser schema; of custom bounds and of schemas that are not finer nothing changes.
void reduceTo(FloatHistogram& histogram, std::int32_t schema);

// Leaves out empty buckets.
void compact(FloatHistogram& histogram);

// Whether a counter of histograms began again between two samples: the later one says so itself, or
// something that it counts fell, or it could not have come from the earlier one.
bool isResetAfter(const FloatHistogram& histogram, const FloatHistogram& before);

}  // namespace orchestrator_exporter::promql
