#pragma once

#include <vector>

namespace orchestrator_exporter::promql {

// Whether it is between 0 and 1.
bool isQuantile(double q);

// The q-quantile of the values, between two of them in proportion. NaNs count as the smallest.
// -Inf and +Inf if q is below 0 and above 1, NaN if it is NaN. Sorts the values.
double quantile(double q, std::vector<double>& values);

}  // namespace orchestrator_exporter::promql
