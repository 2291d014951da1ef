#pragma once

#include <cstdint>
#include <vector>

#include "exporter/configuration/key.h"
#include "exporter/configuration/value.h"
#include "metrics/pipeline/chain.h"

namespace orchestrator_exporter::pipeline {

// Where labels that a processor adds may come from: who sends a pipeline over the network is not
// to read files of this host.
enum class EnrichedBy : std::uint8_t { kLabels, kLabelsAndFiles };

// The key `processors` of a pipeline, each of its processors checked.
configuration::Key processorsKey(EnrichedBy enriched);

// Those of a value of such a key. Throws ParseError for a file that has changed since it was
// checked.
std::vector<StepSettings> stepsOf(const configuration::Value& list, EnrichedBy enriched);

}  // namespace orchestrator_exporter::pipeline
