#pragma once

#include <span>

#include "metrics/promql/functions/function.h"

// A file for each family of functions.
namespace orchestrator_exporter::promql {

std::span<const RangeFunction> rateFunctions();
std::span<const RangeFunction> overTimeFunctions();
std::span<const RangeFunction> trendFunctions();

std::span<const VectorFunction> mathFunctions();
std::span<const VectorFunction> timeFunctions();
std::span<const VectorFunction> labelFunctions();
std::span<const VectorFunction> histogramFunctions();
std::span<const VectorFunction> sortFunctions();
std::span<const VectorFunction> presenceFunctions();
std::span<const VectorFunction> infoFunctions();

}  // namespace orchestrator_exporter::promql
