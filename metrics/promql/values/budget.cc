#include "metrics/promql/values/budget.h"

namespace orchestrator_exporter::promql {

void Budget::checkNow() const {
  if (stop_.stop_requested()) {
    throw QueryError(QueryError::Kind::kCanceled, "query was canceled in expression evaluation");
  }
  if (std::chrono::steady_clock::now() >= deadline_) {
    throw QueryError(QueryError::Kind::kTimeout, "query timed out in expression evaluation");
  }
}

}  // namespace orchestrator_exporter::promql
