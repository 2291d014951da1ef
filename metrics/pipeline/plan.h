#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/pipeline/aggregators.h"
#include "metrics/pipeline/chain.h"
#include "metrics/pipeline/sampling.h"
#include "metrics/pipeline/series_match.h"

namespace orchestrator_exporter::pipeline {

// Series that belong together, by what they are of.
struct CollectorSettings {
  std::string name;
  std::string category = "custom";
  std::vector<SeriesMatch> match = {};
};

struct SamplingRule {
  std::vector<std::string> match = {};  // as written
  std::vector<SeriesMatch> series = {};
  SamplingSettings settings = {};
};

// What a pipeline does, as it is configured.
struct Plan {
  std::vector<CollectorSettings> collectors = {};
  std::vector<StepSettings> steps = {};
  std::vector<SamplingRule> sampling = {};
  std::vector<Aggregator> aggregators = {};

  // The first that has the series; null if none does.
  const CollectorSettings* collectorOf(const LabelSet& labels) const {
    for (const CollectorSettings& each : collectors) {
      if (matchesAny(each.match, labels)) return &each;
    }
    return nullptr;
  }
};

}  // namespace orchestrator_exporter::pipeline
