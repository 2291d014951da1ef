#include "metrics/promql/values/series.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

bool hasPoints(const Column& points) {
  return std::any_of(points.begin(), points.end(), isPresent);
}

Series emptySeries(Labels labels, std::size_t steps) {
  return {std::move(labels), Column(steps, kAbsent)};
}

bool Series::hasAny() const {
  return hasPoints(points) || std::any_of(histograms.begin(), histograms.end(),
                                          [](const auto& one) { return one != nullptr; });
}

std::size_t weightOf(std::span<const HistogramPointer> histograms) {
  std::size_t weight = 0;
  for (const HistogramPointer& histogram : histograms) {
    if (histogram != nullptr) weight += histogram->weight();
  }
  return weight;
}

void Series::set(std::size_t step, Element element) {
  points[step] = element.number;
  if (histograms.empty()) {
    if (element.histogram == nullptr) return;
    histograms.resize(points.size());
  }
  histograms[step] = std::move(element.histogram);
}

bool hasDuplicates(const Matrix& matrix) {
  if (matrix.size() < 2) return false;
  std::unordered_set<Labels, LabelsHash> seen;
  seen.reserve(matrix.size());
  return !std::all_of(matrix.begin(), matrix.end(),
                      [&seen](const Series& s) { return seen.insert(s.labels).second; });
}

void keepNumbers(Matrix& matrix) {
  for (Series& series : matrix) series.histograms.clear();
}

void mergeDuplicates(Matrix& matrix) {
  std::erase_if(matrix, [](const Series& series) { return !series.hasAny(); });
  if (!hasDuplicates(matrix)) return;
  std::unordered_map<Labels, std::size_t, LabelsHash> places;
  Matrix merged;
  for (Series& series : matrix) {
    const auto [at, isNew] = places.try_emplace(series.labels, merged.size());
    if (isNew) {
      merged.push_back(std::move(series));
      continue;
    }
    Series& whole = merged[at->second];
    for (std::size_t i = 0; i < whole.points.size(); ++i) {
      if (!series.has(i)) continue;
      if (whole.has(i)) failDuplicates();
      whole.set(i, series.at(i));
    }
  }
  matrix = std::move(merged);
}

void failDuplicates() {
  throw QueryError(QueryError::Kind::kExecution,
                   "vector cannot contain metrics with the same labelset");
}

}  // namespace orchestrator_exporter::promql
