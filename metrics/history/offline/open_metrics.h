#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/history.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::history {

// Samples of several series, as they are imported.
using SeriesBatch = std::span<const WrittenSeries>;

// Reads OpenMetrics text whose samples have timestamps (OpenMetrics 1.0; exemplars are passed
// over), of any length: `take` gets some ten thousands of samples at a time, valid during the call,
// and `describe` what is said of families. `place` names the text in errors. Returns how many
// samples there were. Throws ParseError, `place:line: …`, for anything else: a sample without a
// timestamp, a text without # EOF; what was taken before stays taken.
std::size_t readOpenMetrics(std::istream& text, std::string_view place,
                            const std::function<void(SeriesBatch)>& take,
                            const std::function<void(const MetricMetadata&)>& describe);

// One series as lines of OpenMetrics, without staleness markers, which the format does not have.
void appendOpenMetrics(const LabelSet& labels, const SampleColumns& samples, std::string& out);

// The line that has to be before all samples of a metric of this name.
std::string openMetricsHead(std::string_view metric);

}  // namespace orchestrator_exporter::history
