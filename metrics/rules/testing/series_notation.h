#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/label_set.h"

namespace orchestrator_exporter::rules {

// Reads the labels of one series, as `name{label="value"}`. Throws ParseError.
LabelSet parseSeriesLabels(std::string_view text);

// Reads the values of a series as unit tests of Prometheus write them, one for each interval
// (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/, "series"):
// numbers, `_` for none, `stale` for the end of the series, `1+2x3` for 1 3 5 7, `1-2x3`, `1x3` for
// four times 1, `_x3` for none three times. Throws ParseError.
std::vector<std::optional<double>> parseSeriesValues(std::string_view text);

}  // namespace orchestrator_exporter::rules
