#pragma once

#include <string>
#include <vector>

#include "http/endpoints/api/parameters.h"
#include "metrics/label_matcher.h"

namespace orchestrator_exporter::http {

// The selectors of match[], each with at least one matcher that does not match the empty value.
// Throws ApiError; `before` goes before the reason.
std::vector<std::vector<LabelMatcher>> selectorsOf(const ApiParameters& parameters,
                                                   const std::string& before = "");

}  // namespace orchestrator_exporter::http
