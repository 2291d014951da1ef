#include "metrics/promql/values/series.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

bool hasPoints(const Column& points) {
  return std::any_of(points.begin(), points.end(), isPresent);
}

bool hasDuplicates(const Matrix& matrix) {
  if (matrix.size() < 2) return false;
  std::unordered_set<Labels, LabelsHash> seen;
  seen.reserve(matrix.size());
  return !std::all_of(matrix.begin(), matrix.end(),
                      [&seen](const Series& s) { return seen.insert(s.labels).second; });
}

void mergeDuplicates(Matrix& matrix) {
  std::erase_if(matrix, [](const Series& series) { return !hasPoints(series.points); });
  if (!hasDuplicates(matrix)) return;
  std::unordered_map<Labels, std::size_t, LabelsHash> places;
  Matrix merged;
  for (Series& series : matrix) {
    const auto [at, isNew] = places.try_emplace(series.labels, merged.size());
    if (isNew) {
      merged.push_back(std::move(series));
      continue;
    }
    Column& points = merged[at->second].points;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (isAbsent(series.points[i])) continue;
      if (isPresent(points[i])) failDuplicates();
      points[i] = series.points[i];
    }
  }
  matrix = std::move(merged);
}

void failDuplicates() {
  throw QueryError(QueryError::Kind::kExecution,
                   "vector cannot contain metrics with the same labelset");
}

}  // namespace orchestrator_exporter::promql
