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

// An object, a member a label, in the order of their names.
void appendJsonLabels(TextBuffer& out, const LabelSet& labels);

}  // namespace orchestrator_exporter::http
