#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "metrics/promql/functions/families.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Puts change(value, step) in the place of each value; the names go.
template <class Change>
Matrix changed(CallContext& context, Change change) {
  Matrix matrix = context.vector(0);
  keepNumbers(matrix);
  for (Series& series : matrix) {
    context.budget().check();
    for (std::size_t step = 0; step < series.points.size(); ++step) {
      double& value = series.points[step];
      if (isPresent(value)) value = change(value, step);
    }
    context.dropName(series);
  }
  mergeDuplicates(matrix);
  return matrix;
}

template <double (*function)(double)>
Matrix each(CallContext& context) {
  return changed(context, [](double value, std::size_t) { return function(value); });
}

double sign(double value) { return value < 0 ? -1 : value > 0 ? 1 : value; }
double degrees(double value) { return value * 180 / std::numbers::pi; }
double radians(double value) { return value * std::numbers::pi / 180; }

// An infinity wins, then NaN; a zero without a sign is larger than one with.
double larger(double a, double b) {
  if (a == kInfinity || b == kInfinity) return kInfinity;
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
double smaller(double a, double b) {
  if (a == -kInfinity || b == -kInfinity) return -kInfinity;
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  if (a == b) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

Matrix clamp(CallContext& context) {
  const Column least = context.scalar(1);
  const Column most = context.scalar(2);
  return changed(context, [&](double value, std::size_t step) {
    if (most[step] < least[step]) return kAbsent;
    return larger(least[step], smaller(most[step], value));
  });
}

Matrix clampMin(CallContext& context) {
  const Column least = context.scalar(1);
  return changed(context,
                 [&](double value, std::size_t step) { return larger(least[step], value); });
}

Matrix clampMax(CallContext& context) {
  const Column most = context.scalar(1);
  return changed(context,
                 [&](double value, std::size_t step) { return smaller(most[step], value); });
}

Matrix round(CallContext& context) {
  const Column multiple =
      context.size() > 1 ? context.scalar(1) : Column(context.steps().count(), 1);
  return changed(context, [&](double value, std::size_t step) {
    const double inverse = 1.0 / multiple[step];
    return std::floor(value * inverse + 0.5) / inverse;
  });
}

constexpr std::array<VectorFunction, 27> kFunctions = {{
    {"abs", each<std::fabs>},    {"ceil", each<std::ceil>},   {"floor", each<std::floor>},
    {"sqrt", each<std::sqrt>},   {"exp", each<std::exp>},     {"ln", each<std::log>},
    {"log2", each<std::log2>},   {"log10", each<std::log10>}, {"sgn", each<sign>},
    {"sin", each<std::sin>},     {"cos", each<std::cos>},     {"tan", each<std::tan>},
    {"asin", each<std::asin>},   {"acos", each<std::acos>},   {"atan", each<std::atan>},
    {"sinh", each<std::sinh>},   {"cosh", each<std::cosh>},   {"tanh", each<std::tanh>},
    {"asinh", each<std::asinh>}, {"acosh", each<std::acosh>}, {"atanh", each<std::atanh>},
    {"deg", each<degrees>},      {"rad", each<radians>},      {"clamp", clamp},
    {"clamp_min", clampMin},     {"clamp_max", clampMax},     {"round", round},
}};

}  // namespace

std::span<const VectorFunction> mathFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
