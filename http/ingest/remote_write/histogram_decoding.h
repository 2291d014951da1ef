#pragma once

#include <string_view>

#include "metrics/float_histogram.h"

namespace orchestrator_exporter::http::remote_write {

// A native histogram of remote_write 1.0 and 2.0, which have the same message for it (prompb
// Histogram). Throws ParseError if it is none that a source may give; one whose sum is a stale
// marker may have any buckets.
TimedHistogram decodeHistogram(std::string_view message);

}  // namespace orchestrator_exporter::http::remote_write
