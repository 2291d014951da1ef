#pragma once

#include <string>
#include <vector>

#include "http/reports/report.h"

namespace orchestrator_exporter::http {

// The report in formats for programs.

// One object by docs/report.schema.json; what is not known is null, times are Unix seconds.
std::string jsonReport(const Report& report);

// The samples of all signals (RFC 4180): a line a sample with time, unix_ms, metric, value, unit
// and a column for each label; with `wide` a line a time with a column for each signal.
std::string csvReport(const Report& report, bool wide);

// The samples of all signals as OpenMetrics 1.0 with timestamps: families together, series in the
// order of time, # EOF at the end. A signal that is a metric alone keeps its name, as a counter if
// that ends in _total, else of unknown type; others are gauges, and characters that no metric's
// name has become _.
std::string openMetricsReport(const Report& report);

// Payloads for Datadog's v2 series (the last hour of each signal) and New Relic's metric API (the
// last 48 hours), each within the receiver's limits of size and of labels: counts of what came
// since the sample before for a signal that is a counter alone, else gauges. Nothing is sent.
std::vector<std::string> datadogPayloads(const Report& report);
std::vector<std::string> newRelicPayloads(const Report& report);

}  // namespace orchestrator_exporter::http
