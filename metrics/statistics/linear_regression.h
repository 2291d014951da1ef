#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "metrics/statistics/observations.h"

namespace orchestrator_exporter::statistics {

struct Interval {
  double lower = 0;
  double upper = 0;
};

// A straight line by least squares, y = intercept + slope x. Computed in two passes from the means,
// with compensated sums: 13 digits on NIST's Norris. NaN is what too few points leave open: the
// slope below two different x, errors below three points.
struct Line {
  Support support;
  double slope = 0;
  double intercept = 0;  // at x = 0
  double slopeError = 0;
  double interceptError = 0;
  double residualError = 0;  // s, with n-2 degrees of freedom (n-1 through the origin)
  double r2 = 0;             // through the origin against the sum of y^2
  double t = 0;              // slope / its error
  double p = 0;              // of a slope of 0, two-sided, Student's t
  double meanX = 0;
  double spreadX = 0;  // sum of (x - mean)^2; of x^2 through the origin, whose mean is 0 here
  double degrees = 0;

  double at(double x) const { return intercept + slope * x; }
  // 95 % bands: where the line is at x, and where a new value would be.
  Interval meanBand(double x) const;
  Interval valueBand(double x) const;
};

// Pairs with a NaN are left out. Both spans have one length.
Line fitLine(std::span<const double> x, std::span<const double> y);
Line fitLineThroughOrigin(std::span<const double> x, std::span<const double> y);
// Over time: x in seconds from the middle between the first and the last time.
Line fitLine(const Observations& observations);

// y = coefficients[0] + sum of coefficients[k+1] * predictors[k], by least squares: Householder's
// QR of the predictors, centred and scaled to length 1, and mapped back (12.5 digits on NIST's
// Longley and Pontius).
struct Plane {
  std::size_t n = 0;
  std::vector<double> coefficients;
  std::vector<double> errors;  // their standard errors
  double residualError = 0;    // s, with n - predictors - 1 degrees of freedom
  double residualSquares = 0;  // their sum
  double r2 = 0;
};

// Each predictor has the length of y; NaN is not allowed. Throws std::invalid_argument unless there
// are more values than coefficients.
Plane fitPlane(const std::vector<std::vector<double>>& predictors, std::span<const double> y);

}  // namespace orchestrator_exporter::statistics
