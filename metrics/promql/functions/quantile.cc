#include "metrics/promql/functions/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

bool isQuantile(double q) { return q >= 0 && q <= 1; }

double quantile(double q, std::vector<double>& values) {
  if (values.empty() || std::isnan(q)) return kNaN;
  if (!isQuantile(q)) {
    return q < 0 ? -std::numeric_limits<double>::infinity()
                 : std::numeric_limits<double>::infinity();
  }
  std::sort(values.begin(), values.end(),
            [](double a, double b) { return a < b || (std::isnan(a) && !std::isnan(b)); });
  const auto n = static_cast<double>(values.size());
  const double rank = q * (n - 1);
  const double lower = std::floor(rank);
  const double upper = std::min(n - 1, lower + 1);
  const double weight = rank - lower;
  return values[static_cast<std::size_t>(lower)] * (1 - weight) +
         values[static_cast<std::size_t>(upper)] * weight;
}

}  // namespace orchestrator_exporter::promql
