#pragma once

#include <memory>
#include <span>

#include "metrics/promql/functions/function.h"

namespace orchestrator_exporter::promql {

// How much two histograms or more grew from the first to the last: of a counter with what was lost
// at resets. Null, with a warning, if they do not fit together; a warning too if their hints say
// that they are of the other kind. The result is a gauge.
std::shared_ptr<FloatHistogram> changeOfCounter(std::span<const HistogramPointer> histograms,
                                                const RangeCall& call);
std::shared_ptr<FloatHistogram> changeOfGauge(std::span<const HistogramPointer> histograms,
                                              const RangeCall& call);

// Warns if the hints of two samples do not fit to what is asked of them.
void warnOfHints(const FloatHistogram& first, const FloatHistogram& last, bool asCounter,
                 const RangeCall& call);

}  // namespace orchestrator_exporter::promql
