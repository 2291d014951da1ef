#pragma once

#include <vector>

#include "metrics/history.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

// What a reading says of its families, by name: those that have samples. Of two types of one name
// the first counts.
std::vector<MetricMetadata> metadataOf(const Snapshot& reading);

}  // namespace orchestrator_exporter::history
