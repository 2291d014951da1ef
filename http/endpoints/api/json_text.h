#pragma once

#include <cstdint>
#include <string_view>

#include "metrics/base/text_buffer.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::http {

// Pieces of JSON (RFC 8259) as Prometheus' HTTP API writes them.

// With its quotes. What is not UTF-8 becomes U+FFFD.
void appendJsonString(TextBuffer& out, std::string_view text);

// Milliseconds as seconds: a whole number, or one with exactly three decimals.
void appendJsonTime(TextBuffer& out, std::int64_t milliseconds);

// The shortest digits that read back as the same double, without quotes: as fixed notation from
// 1e-6 up to below 1e21, else with an exponent of two digits at least; NaN, +Inf, -Inf, -0.
void appendSampleValue(TextBuffer& out, double value);

// An object, a member a label, in the order of their names.
void appendJsonLabels(TextBuffer& out, const LabelSet& labels);

}  // namespace orchestrator_exporter::http
