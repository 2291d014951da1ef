#pragma once

#include <string_view>
#include <vector>

#include "metrics/exposition/text_parser.h"

namespace orchestrator_exporter {

// An exposition in protobuf. Its views point into the bytes that were parsed.
struct ParsedProtobuf {
  std::vector<ParsedFamily> families;  // with at least one sample; no two of one name
  bool hasTimestamps = false;
};

// Parses messages of io.prometheus.client.MetricFamily, each with its length before it. Exemplars
// and created times are passed over. Throws ParseError for bytes that are no such messages; for
// names that are not ASCII names of metrics and labels, a label twice or named __name__, values
// that are not UTF-8; for a type that text 0.0.4 does not have, and for samples of another type
// than their family's; for histograms with fractional counts, and for native buckets that do not
// fit their spans or do not add up to the count.
ParsedProtobuf parseProtobuf(std::string_view bytes);

}  // namespace orchestrator_exporter
