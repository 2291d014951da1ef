#pragma once

#include <ostream>
#include <string>

#include "metrics/promql/engine.h"

namespace orchestrator_exporter::rules {

// Runs the unit tests of a file and prints, as promtool does, `SUCCESS` to `out`, or `FAILED` and
// what failed to `err`. Patterns of rule files are relative to the file's directory; one that
// matches nothing is a warning. False if anything failed.
bool runRuleTests(const std::string& path, std::ostream& out, std::ostream& err,
                  const promql::EngineOptions& options = {});

}  // namespace orchestrator_exporter::rules
