#include "metrics/statistics/observations.h"

#include <cmath>

#include "metrics/promql/values/summation.h"

namespace orchestrator_exporter::statistics {

Support supportOf(const Observations& observations) {
  Support support;
  for (std::size_t i = 0; i < observations.values.size(); ++i) {
    if (std::isnan(observations.values[i])) {
      ++support.nNan;
      continue;
    }
    ++support.n;
    if (i >= observations.times.size()) continue;
    if (support.n == 1) support.from = observations.times[i];
    support.to = observations.times[i];
  }
  return support;
}

std::vector<double> known(std::span<const double> values) {
  std::vector<double> kept;
  kept.reserve(values.size());
  for (const double value : values) {
    if (!std::isnan(value)) kept.push_back(value);
  }
  return kept;
}

double sum(std::span<const double> values) {
  promql::Summation total;
  for (const double value : values) total.add(value);
  return total.result();
}

}  // namespace orchestrator_exporter::statistics
