#pragma once

#include <string>
#include <vector>

#include "exporter/configuration/configuration.h"
#include "metrics/rules/definition.h"

namespace orchestrator_exporter::alertmanager {

// The blocks `thresholds` and `threshold_rules`: alerts without writing PromQL.
std::vector<configuration::Key> thresholdBlocks();

// They as a rule file of Prometheus; empty if there are none.
std::string thresholdRuleFile(const configuration::Configuration& configuration);

// They as the groups of that file, with their cooldowns, which a rule file has no word for.
std::vector<rules::GroupDefinition> thresholdGroups(
    const configuration::Configuration& configuration);

}  // namespace orchestrator_exporter::alertmanager
