#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "metrics/base/text_buffer.h"

namespace orchestrator_exporter {

// Writes the shortest text that reads back as the same double: `0.1`, `1e+21`, `NaN`, `+Inf`,
// `-Inf`. Valid as a value in every text format and in Prometheus' query results.
void appendNumber(TextBuffer& out, double value);
// The same as a text of its own.
std::string numberText(double value);

// Writes the shortest digits that read back as the same double without an exponent, however many
// zeros that takes: `0.0000001`, `1000000000000000000000`; NaN, +Inf and -Inf as above.
void appendFixed(TextBuffer& out, double value);

// The same while the size of the value is 0 or from `smallest` to below `limit`; else with an
// exponent of two digits at least.
void appendFixedBetween(TextBuffer& out, double value, double smallest, double limit);

// A sample's value in an answer of Prometheus' HTTP API.
inline void appendSampleValue(TextBuffer& out, double value) {
  appendFixedBetween(out, value, 1e-6, 1e21);
}

// Writes a histogram bound or a quantile as Go's %g does, which makes the label values agree with
// those of other exporters: an exponent below 1e-4 and from 1e+06 on. With `pointZero` a whole
// number gets `.0` (OpenMetrics 1.0, section "Canonical numbers").
void appendBound(TextBuffer& out, double bound, bool pointZero);

}  // namespace orchestrator_exporter
