#pragma once

#include <span>

#include "metrics/label.h"

namespace orchestrator_exporter::http::remote_write {

// Brings labels that were sent into the form of a LabelSet, in their place: sorted, without those
// that have no value. Returns those that are left; `fault` is set, to a text of static storage, for
// what names no series: no metric name, a name twice or empty, text that is not UTF-8, too many.
std::span<const Label> seriesLabels(std::span<Label> labels, const char*& fault);

// The name of the metric of such labels.
std::string_view metricName(std::span<const Label> labels);

}  // namespace orchestrator_exporter::http::remote_write
