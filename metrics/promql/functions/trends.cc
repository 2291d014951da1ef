#include <array>
#include <cmath>
#include <string>

#include "metrics/promql/functions/families.h"
#include "metrics/promql/syntax/literals.h"
#include "metrics/promql/values/query_error.h"
#include "metrics/promql/values/summation.h"

namespace orchestrator_exporter::promql {

namespace {

struct Line {
  double slope = 0;
  double intercept = 0;
};

// The straight line with the least squares, over seconds since `origin`.
Line leastSquares(const Window& window, std::int64_t origin) {
  Summation sumX;
  Summation sumY;
  Summation sumXY;
  Summation sumXX;
  const double firstY = window.values.front();
  bool constant = true;
  for (std::size_t i = 0; i < window.size(); ++i) {
    const double y = window.values[i];
    if (i > 0 && y != firstY) constant = false;
    const double x = static_cast<double>(window.times[i] - origin) / 1000;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumXX.add(x * x);
  }
  if (constant) return std::isinf(firstY) ? Line{kNaN, kNaN} : Line{0, firstY};
  const auto n = static_cast<double>(window.size());
  const double x = sumX.result();
  const double y = sumY.result();
  const double covariance = sumXY.result() - x * y / n;
  const double variance = sumXX.result() - x * x / n;
  const double slope = covariance / variance;
  return {slope, y / n - slope * x / n};
}

double deriv(const Window& window, const RangeCall&) {
  if (window.size() < 2) return kAbsent;
  return leastSquares(window, window.times.front()).slope;
}

double predictLinear(const Window& window, const RangeCall& call) {
  if (window.size() < 2) return kAbsent;
  const Line line = leastSquares(window, window.time);
  return line.slope * call.scalars.front() + line.intercept;
}

void requireFactor(double factor, const std::string& name, const std::string& symbol) {
  if (factor > 0 && factor < 1) return;
  throw QueryError(QueryError::Kind::kExecution, "invalid " + name + " factor. Expected: 0 < " +
                                                     symbol +
                                                     " < 1, got: " + withSixDecimals(factor));
}

void requireFactors(const RangeCall& call) {
  requireFactor(call.scalars[0], "smoothing", "sf");
  requireFactor(call.scalars[1], "trend", "tf");
}

// Holt's linear method.
double smoothed(const Window& window, const RangeCall& call) {
  const double smoothing = call.scalars[0];
  const double trendFactor = call.scalars[1];
  if (window.size() < 2) return kAbsent;
  double before = 0;
  double level = window.values[0];
  double trend = window.values[1] - window.values[0];
  for (std::size_t i = 1; i < window.size(); ++i) {
    const double x = smoothing * window.values[i];
    if (i > 1) {
      const double change = trendFactor * (level - before);
      const double kept = (1 - trendFactor) * trend;
      trend = change + kept;
    }
    const double y = (1 - smoothing) * (level + trend);
    before = level;
    level = x + y;
  }
  return level;
}

constexpr std::array<RangeFunction, 3> kFunctions = {{
    {.name = "deriv", .value = deriv},
    {.name = "predict_linear", .value = predictLinear},
    {.name = "double_exponential_smoothing", .value = smoothed, .check = requireFactors},
}};

}  // namespace

std::span<const RangeFunction> trendFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
