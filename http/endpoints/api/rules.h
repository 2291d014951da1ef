#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/server/router.h"
#include "metrics/rules/group.h"

namespace orchestrator_exporter::http {

// rules, alerts and alertmanagers of Prometheus' HTTP API. `groups` tells how all groups fare, by
// file and name; any thread may call it. `alertmanagers` are the URLs that alerts are posted to.
void addRuleEndpoints(Router& router, std::function<std::vector<rules::GroupStatus>()> groups,
                      const std::vector<std::string>& alertmanagers);

}  // namespace orchestrator_exporter::http
