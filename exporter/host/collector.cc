#include "exporter/host/collector.h"

#include <algorithm>

namespace orchestrator_exporter {

namespace {

// A function, because collectors register from other files before main().
std::vector<CollectorDefinition>& definitions() {
  static std::vector<CollectorDefinition> all;
  return all;
}

}  // namespace

const std::vector<CollectorDefinition>& collectorDefinitions() { return definitions(); }

void registerCollector(CollectorDefinition definition) {
  auto& all = definitions();
  const auto place = std::lower_bound(
      all.begin(), all.end(), definition,
      [](const CollectorDefinition& a, const CollectorDefinition& b) { return a.name < b.name; });
  all.insert(place, std::move(definition));
}

}  // namespace orchestrator_exporter
