#pragma once

#include <chrono>

#include "exporter/configuration/configuration.h"
#include "exporter/configuration/key.h"
#include "metrics/pipeline/missing_values.h"

namespace orchestrator_exporter::pipeline {

// The key `quality` of the block `pipeline`.
configuration::Key qualityKey();

// What it says of missing values, and what is usual if the block has `defaults` and it says
// nothing. `interval` of readings.
MissingSettings missingSettings(const configuration::Configuration& configuration,
                                std::chrono::milliseconds interval);

}  // namespace orchestrator_exporter::pipeline
