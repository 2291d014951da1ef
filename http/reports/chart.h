#pragma once

#include <string>

#include "http/reports/report.h"

namespace orchestrator_exporter::http {

// A chart of one signal as SVG that needs no script: its samples, the forecast's band behind them,
// anomalies as dots, alerts as strips. The script of the report finds its numbers in data
// attributes.
std::string chartOf(const analysis::SignalFinding& finding, const Report& report);

}  // namespace orchestrator_exporter::http
