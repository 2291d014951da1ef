#pragma once

#include <string>

#include "http/reports/report.h"

namespace orchestrator_exporter::http {

// The report as one HTML file that asks for nothing else: a summary for managers, charts, tables
// and what it was made of. It can be read without scripts and printed; its security policy lets
// only its own style and script run.
std::string htmlReport(const Report& report);

}  // namespace orchestrator_exporter::http
