#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "metrics/promql/values/labels.h"

namespace orchestrator_exporter::promql {

// Holds the labels of results, of series that are all different, against each other: without their
// names some may be equal. As long as all have one name none is, and nothing is compared.
class DistinctResults {
 public:
  // Of a series of this metric. Throws QueryError if there was one with the same labels.
  void add(const Labels& labels, std::string_view metricName);

 private:
  std::vector<Labels> ofOneName_;
  std::string metricName_;
  std::unordered_set<Labels, LabelsHash> ofSeveral_;  // once there are several names
};

}  // namespace orchestrator_exporter::promql
