#pragma once

#include <string>

#include "metrics/float_histogram.h"

namespace orchestrator_exporter::promql {

// The shortest text as Go's %v prints a double: with an exponent below 1e-4 and from 1e+06 on.
std::string shortestGo(double value);

// {count:4, sum:7, [-1,-0.5):1, [-0.5,0.5]:1, (0.5,1]:2}: empty buckets are left out.
std::string histogramText(const FloatHistogram& histogram);

}  // namespace orchestrator_exporter::promql
