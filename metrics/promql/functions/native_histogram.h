#pragma once

#include <cstdint>

#include "metrics/float_histogram.h"

namespace orchestrator_exporter::promql {

// What observations that are NaN, which are in no bucket, made of a quantile.
enum class NaNEffect : std::uint8_t { kNone, kResultIsNaN, kSkewed };

struct QuantileOfHistogram {
  double value = 0;
  NaNEffect effect = NaNEffect::kNone;
};

// The q-quantile: within a bucket of exponential bounds the logarithms of the observations are
// taken as spread evenly, in others and in the zero bucket the observations.
QuantileOfHistogram histogramQuantile(double q, const FloatHistogram& histogram);

// The share of the observations between two values, spread likewise.
double histogramFraction(double lower, double upper, const FloatHistogram& histogram);

// The population's variance, as if all observations of a bucket were at its middle: the geometric
// one of exponential bounds, 0 of the zero bucket, the arithmetic one of custom bounds.
double histogramVariance(const FloatHistogram& histogram);

}  // namespace orchestrator_exporter::promql
