#pragma once

#include <string>

#include "http/reports/report.h"

namespace orchestrator_exporter::http {

// A report in a form of one's own: a text of Go's text/template over the object that jsonReport()
// writes, so that {{ .summary.health }} and {{ range .trends.trends }} have what the schema says.
// If the name ends in .html, what actions print is escaped for HTML. Throws std::runtime_error with
// the name, and the line of a mistake in the template.
std::string templatedReport(const Report& report, const std::string& name, const std::string& text);

}  // namespace orchestrator_exporter::http
