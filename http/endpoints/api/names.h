#pragma once

#include <memory>

#include "http/server/router.h"
#include "metrics/history.h"

namespace orchestrator_exporter::http {

// labels, label/NAME/values, series and metadata of Prometheus' HTTP API: what there is to ask
// about.
void addNameEndpoints(Router& router, const std::shared_ptr<const History>& history);

}  // namespace orchestrator_exporter::http
