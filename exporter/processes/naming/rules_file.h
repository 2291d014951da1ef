#pragma once

#include <string>

#include "exporter/processes/naming/process_rules.h"

namespace orchestrator_exporter {

// Reads the YAML configuration of process-exporter: under process_names a list of rules with the
// keys name (a template, {{.ExeBase}} where it is not given), comm, exe and cmdline (lists). Throws
// StartError "<file>:<line>: …" for what it cannot take, unknown keys too.
ProcessRules readRulesFile(const std::string& path);

}  // namespace orchestrator_exporter
