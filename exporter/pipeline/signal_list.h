#pragma once

#include <vector>

#include "exporter/configuration/configuration.h"
#include "metrics/analysis/signals.h"

namespace orchestrator_exporter::pipeline {

// The key `signals` of the block `pipeline`: what the analysis watches besides its own signals.
configuration::Key signalsKey();

// Those of the file, none without the block.
std::vector<analysis::Signal> signalsOf(const configuration::Configuration& configuration);

}  // namespace orchestrator_exporter::pipeline
