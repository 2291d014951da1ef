#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/base/string_hash.h"
#include "metrics/label.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::history {

// Labels as a LabelSet has them, sorted and without empty values, which name a series.
inline std::uint64_t hashOf(std::span<const Label> labels) {
  std::uint64_t hash = labels.size();
  for (const Label& label : labels) hash = hashString(label.value, hashString(label.name, hash));
  return hash;
}

// Views of the set's texts.
inline std::vector<Label> labelsOf(const LabelSet& set) {
  std::vector<Label> labels;
  labels.reserve(set.size());
  for (const auto& [name, value] : set) labels.push_back({name, value});
  return labels;
}

}  // namespace orchestrator_exporter::history
