#include "metrics/promql/values/distinct_results.h"

#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

void DistinctResults::add(const Labels& labels, std::string_view metricName) {
  if (ofSeveral_.empty()) {
    if (ofOneName_.empty()) metricName_ = metricName;
    if (metricName == metricName_) return ofOneName_.push_back(labels);
    ofSeveral_.insert(ofOneName_.begin(), ofOneName_.end());
  }
  if (!ofSeveral_.insert(labels).second) failDuplicates();
}

}  // namespace orchestrator_exporter::promql
