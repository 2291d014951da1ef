#pragma once

#include <protozero/data_view.hpp>

#include "metrics/exposition/text_parser.h"

namespace orchestrator_exporter {

// Messages Summary and Histogram of io.prometheus.client. Both throw ParseError for a quantile or
// bound that is no number or comes twice, and protozero::exception for bytes that are no message.
ParsedDistribution parseSummary(protozero::data_view message);
// Throws ParseError for counts that may be fractions, and for native buckets that do not fit their
// spans, or do not add up to the count.
ParsedDistribution parseHistogram(protozero::data_view message);

}  // namespace orchestrator_exporter
