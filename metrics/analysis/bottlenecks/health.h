#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/analysis/bottlenecks/bottlenecks.h"

namespace orchestrator_exporter::analysis {

// What one resource takes from the score.
struct Loss {
  std::string resource;
  Place place;           // its worst
  double impact = 0;     // there
  double points = 0;     // all losses add up to 100 - score
  std::string detector;  // the id of the one that says most of it
};

// One figure for everything, which explains itself.
struct Health {
  std::optional<int> score;  // 0..100; nothing if nothing was observed
  std::vector<Loss> losses;  // the largest first; resources that take nothing are left out
  std::vector<std::string> notObserved;  // ids of detectors

  std::string_view band() const;  // good from 90, fair from 70, poor from 50, critical, unknown
};

// round(100 product over resources of (1 - w impact / 100)), w: memory and coordination 0.6, cpu,
// io and service 0.5, network and database 0.4, ui 0.3. Points are shared by the factors'
// logarithms.
Health healthOf(const Sightings& sightings);

}  // namespace orchestrator_exporter::analysis
