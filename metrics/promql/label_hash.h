#pragma once

#include "metrics/promql/values/labels.h"

namespace orchestrator_exporter::promql {

// Where in [0, 1] the hash of the labels lies: XXH64 of the pairs, each name and value with its
// length before it. The same for the same labels in every program that does so, which is what makes
// limit_ratio repeatable.
double hashShare(const Labels& labels);

}  // namespace orchestrator_exporter::promql
