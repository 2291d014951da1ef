#pragma once

#include <string>
#include <vector>

#include "exporter/configuration/key.h"
#include "exporter/configuration/value.h"
#include "metrics/processors/relabel.h"

namespace orchestrator_exporter::configuration {

// A list of relabelling rules, with Prometheus' keys (relabel_config); each is checked.
Key relabellingKey(std::string name, std::string help);

// Those of a value of such a key.
std::vector<RelabelRule> relabelRules(const Value& list);

}  // namespace orchestrator_exporter::configuration
