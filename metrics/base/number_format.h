#pragma once

#include <cstddef>
#include <string_view>

#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter {

// Writes the shortest text that reads back as the same double: `0.1`, `1e+21`, `NaN`, `+Inf`,
// `-Inf`. Valid as a value in every text format and in Prometheus' query results.
void appendNumber(TextBuffer& out, double value);

// Writes a histogram bound or a quantile as Go's %g does, which makes the label values agree with
// those of other exporters: an exponent below 1e-4 and from 1e+06 on. With `pointZero` a whole
// number gets `.0` (OpenMetrics 1.0, section "Canonical numbers").
void appendBound(TextBuffer& out, double bound, bool pointZero);

}  // namespace orchestrator_exporter
