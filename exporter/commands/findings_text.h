#pragma once

#include <string>
#include <vector>

#include "exporter/commands/table.h"
#include "metrics/analysis/findings/findings.h"

namespace orchestrator_exporter::commands {

// Findings for people: a table, and sentences below it.
std::string trendsText(const analysis::Findings& findings);
std::string forecastsText(const analysis::Findings& findings);
std::string anomaliesText(const analysis::Findings& findings);
std::string baselinesText(const analysis::Findings& findings);
std::string bottlenecksText(const analysis::Findings& findings);
std::string healthText(const analysis::Findings& findings);
std::string qualityText(const analysis::Findings& findings);

// The same as rows below a row of titles, with all digits.
std::vector<Row> trendRows(const analysis::Findings& findings);
std::vector<Row> forecastRows(const analysis::Findings& findings);
std::vector<Row> anomalyRows(const analysis::Findings& findings);
std::vector<Row> baselineRows(const analysis::Findings& findings);
std::vector<Row> bottleneckRows(const analysis::Findings& findings);
std::vector<Row> healthRows(const analysis::Findings& findings);
std::vector<Row> qualityRows(const analysis::Findings& findings);

// Rows as RFC 4180 has them. A field that is a number stays as it is.
std::string csvText(const std::vector<Row>& rows);

}  // namespace orchestrator_exporter::commands
