#pragma once

#include <memory>
#include <string>
#include <vector>

#include "metrics/pushed/push_groups.h"

namespace orchestrator_exporter::http::pushgateway {

// What GET /api/v1/metrics of Pushgateway answers: all groups with their families and samples.
std::string groupsJson(const std::vector<std::shared_ptr<const PushGroup>>& groups);

}  // namespace orchestrator_exporter::http::pushgateway
