#pragma once

#include <optional>
#include <string>

#include "exporter/configuration/configuration.h"
#include "exporter/configuration/key.h"
#include "metrics/pipeline/plan.h"

namespace orchestrator_exporter::pipeline {

// The block `pipeline` of the configuration file.
configuration::Key pipelineBlock();

// What it says; nullopt if the file has none, or an empty one.
std::optional<Plan> planOf(const configuration::Configuration& configuration);

// The pipeline of a session's own: a YAML text with this block, which has collectors, without
// intervals, and processors, without files. Throws configuration::ConfigurationError.
Plan sessionPlanOf(const std::string& text);

// What stands for a file's name of the rules that aggregators stand for.
inline constexpr const char* kPipelineRules = "pipeline";

// The rule file that its aggregators stand for; empty without any.
std::string pipelineRuleFile(const configuration::Configuration& configuration);

}  // namespace orchestrator_exporter::pipeline
