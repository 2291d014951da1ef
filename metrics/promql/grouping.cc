#include "metrics/promql/grouping.h"

#include <algorithm>
#include <utility>

namespace orchestrator_exporter::promql {

Grouping::Grouping(const std::vector<std::string>& names, bool listed)
    : names_(names.begin(), names.end()), listed_(listed) {
  std::sort(names_.begin(), names_.end());
}

bool Grouping::chooses(std::string_view name) const {
  const bool inList = std::binary_search(names_.begin(), names_.end(), name);
  return listed_ ? inList : !inList && name != kNameLabel;
}

std::string Grouping::key(const Labels& labels) const {
  // No valid text has this byte.
  constexpr char kSeparator = '\xff';
  std::string key;
  if (listed_) {
    for (const std::string_view name : names_) {
      key.append(labels.get(name)).push_back(kSeparator);
    }
    return key;
  }
  labels.forEach([&](std::string_view name, std::string_view value) {
    if (!chooses(name)) return;
    key.append(name).push_back(kSeparator);
    key.append(value).push_back(kSeparator);
  });
  return key;
}

Labels Grouping::chosen(const Labels& labels) const {
  std::vector<LabelSet::Pair> pairs;
  labels.forEach([&](std::string_view name, std::string_view value) {
    if (chooses(name)) pairs.emplace_back(name, value);
  });
  return Labels(LabelSet(std::move(pairs)));
}

}  // namespace orchestrator_exporter::promql
