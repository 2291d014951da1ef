#pragma once

#include "metrics/rules/group.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::pipeline {

// What the aggregators of a pipeline looked at, what they made of it and how long that took, by the
// rules that they stand for: of the group of those; of others nothing.
void giveAggregatorFigures(const rules::GroupStatus& group, Sink& out);

}  // namespace orchestrator_exporter::pipeline
