#pragma once

#include "exporter/configuration/configuration.h"
#include "exporter/configuration/key.h"
#include "metrics/pipeline/plan.h"

namespace orchestrator_exporter::pipeline {

// The block `pipeline` of the configuration file.
configuration::Key pipelineBlock();

// What it says; nullopt if the file has none, or an empty one.
std::optional<Plan> planOf(const configuration::Configuration& configuration);

// The rule file that its aggregators stand for; empty without any.
std::string pipelineRuleFile(const configuration::Configuration& configuration);

}  // namespace orchestrator_exporter::pipeline
