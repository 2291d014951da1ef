#include "exporter/features/feature.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter {

namespace {

std::vector<FeatureDefinition>& registered() {
  static std::vector<FeatureDefinition> all;
  return all;
}

const FeatureDefinition& find(const std::string& name) {
  for (const FeatureDefinition& definition : registered()) {
    if (definition.name == name) return definition;
  }
  throw std::logic_error("there is no feature " + name);
}

}  // namespace

const std::vector<FeatureDefinition>& featureDefinitions() { return registered(); }

RegisterFeature::RegisterFeature(FeatureDefinition definition) {
  declareFlags(definition.flags);
  if (definition.blocks != nullptr) configuration::declareBlocks(definition.blocks);
  auto& all = registered();
  const auto place = std::lower_bound(
      all.begin(), all.end(), definition.name,
      [](const FeatureDefinition& other, const std::string& name) { return other.name < name; });
  all.insert(place, std::move(definition));
}

std::vector<std::unique_ptr<Feature>> makeFeatures(const std::vector<std::string>& names,
                                                   Parts& parts) {
  std::vector<std::unique_ptr<Feature>> features;
  for (const std::string& name : names) {
    if (auto feature = find(name).make(parts)) features.push_back(std::move(feature));
  }
  return features;
}

}  // namespace orchestrator_exporter
