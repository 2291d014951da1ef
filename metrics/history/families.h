#pragma once

#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "metrics/history.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

// The families of a reading that have samples, by name; of two types of one name the first. Valid
// as long as the reading is.
std::vector<FamilyHead> familiesOf(const Snapshot& reading);

// Those that a body of text leaves out because others give series of their names: a histogram x
// gives x_bucket, x_sum and x_count, and those with several names come before those with one.
std::unordered_set<std::string> namelessAmong(std::span<const FamilyHead> families);

// What a reading says of its families, by name.
std::vector<MetricMetadata> metadataOf(const Snapshot& reading);

}  // namespace orchestrator_exporter::history
