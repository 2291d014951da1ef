#pragma once

#include <string>

#include "http/reports/report.h"

namespace orchestrator_exporter::http {

// A Grafana dashboard (classic JSON model, schemaVersion 42) with a panel for each signal of the
// report: a datasource variable, variables for job and instance that each selector asks for, rates
// over $__rate_interval. It shows the newest time of the report's length and can be provisioned
// from a file.
std::string grafanaDashboard(const Report& report);

}  // namespace orchestrator_exporter::http
