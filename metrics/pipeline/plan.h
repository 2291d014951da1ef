#pragma once

#include <algorithm>
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
  std::optional<std::chrono::milliseconds> interval = {};  // that of readings if not given
};

struct SamplingRule {
  std::vector<std::string> match = {};  // as written
  std::vector<SeriesMatch> series = {};
  SamplingSettings settings = {};
};

// Of observations of a family: those outside are not recorded.
struct ObservationRange {
  std::string family;
  double least = 0;
  double most = 0;
};

// What makes sense of what browsers measure: a minute for a page, ten seconds for a paint, 5 for a
// layout shift.
inline std::vector<ObservationRange> usualRanges() {
  return {{"browser_page_load_seconds", 0, 60},
          {"browser_first_contentful_paint_seconds", 0, 10},
          {"browser_cumulative_layout_shift", 0, 5}};
}

// Of queries of databases, a tenth.
inline std::vector<SamplingRule> usualSampling() {
  const char* const queries = "db_query_duration_seconds";
  return {{.match = {queries}, .series = {SeriesMatch(queries)}, .settings = {.uniform = 0.1}}};
}

// What a pipeline does, as it is configured.
struct Plan {
  std::vector<CollectorSettings> collectors = {};
  std::vector<StepSettings> steps = {};
  std::vector<SamplingRule> sampling = {};
  std::vector<ObservationRange> ranges = {};  // each of another family
  std::vector<Aggregator> aggregators = {};
  // How often sessions under way are kept and their quality is worked out.
  std::chrono::milliseconds reportInterval = std::chrono::minutes(1);

  // Whether an aggregator takes the series of this name.
  bool aggregates(std::string_view series) const {
    return std::any_of(aggregators.begin(), aggregators.end(),
                       [&](const Aggregator& each) { return takes(each, series); });
  }
  // The first that has the series; null if none does.
  const CollectorSettings* collectorOf(const LabelSet& labels) const {
    for (const CollectorSettings& each : collectors) {
      if (matchesAny(each.match, labels)) return &each;
    }
    return nullptr;
  }
};

}  // namespace orchestrator_exporter::pipeline
