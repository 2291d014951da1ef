#pragma once

#include <string>
#include <vector>

#include "metrics/promql/engine.h"
#include "metrics/rules/definition.h"
#include "metrics/rules/testing/test_file.h"

namespace orchestrator_exporter::rules {

// Runs one test over the groups, in the order of their evaluation. Returns what failed, as promtool
// prints it: a text for each check, of several lines; none if all holds.
std::vector<std::string> runRuleTest(const RuleTestFile& file, const RuleTest& test,
                                     const std::vector<GroupDefinition>& groups,
                                     const promql::EngineOptions& options = {});

}  // namespace orchestrator_exporter::rules
