#pragma once

#include <optional>
#include <vector>

#include "exporter/configuration/key.h"
#include "exporter/configuration/value.h"
#include "metrics/pipeline/series_match.h"

namespace orchestrator_exporter::pipeline {

// The key `match`, which is required: a list of expressions and selectors, each checked.
configuration::Key matchKey();
std::vector<SeriesMatch> matchesOf(const configuration::Value& list);

// Of a key with a number: nullopt if there is none.
std::optional<double> numberOf(const configuration::Value& value);

// Tells of each second entry of a list that has the `name` of one before.
void checkUnique(const configuration::Value& list, configuration::Faults& faults);

}  // namespace orchestrator_exporter::pipeline
