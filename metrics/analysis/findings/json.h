#pragma once

#include <string>

#include "metrics/analysis/findings/findings.h"

namespace orchestrator_exporter::analysis {

// Findings as JSON objects (RFC 8259), by docs/analysis.schema.json. Times are Unix seconds, what
// is not known is null, texts are UTF-8.
std::string trendsJson(const Findings& findings);
std::string forecastsJson(const Findings& findings);
std::string anomaliesJson(const Findings& findings);
std::string baselinesJson(const Findings& findings);
std::string bottlenecksJson(const Findings& findings);
std::string healthJson(const Findings& findings);
std::string qualityJson(const Findings& findings);

}  // namespace orchestrator_exporter::analysis
