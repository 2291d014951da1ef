#include "metrics/history/joined.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "metrics/history/sample_merge.h"

namespace orchestrator_exporter::history {

namespace {

SampleColumns joined(const SelectedSamples& older, const SelectedSamples& newer,
                     std::size_t maxSamples, SampleColumns room) {
  SampleMerge merge(Selection::kOldest, Selection::kNewest, maxSamples);
  merge.take(older.take(std::move(room)));
  merge.add(newer.take());
  return merge.finish();
}

}  // namespace

std::vector<SelectedSeries> joined(std::vector<SelectedSeries> older,
                                   std::vector<SelectedSeries> newer, std::size_t maxSamples) {
  std::vector<SelectedSeries> all;
  auto one = newer.begin();
  for (SelectedSeries& series : older) {
    while (one != newer.end() && *one->labels < *series.labels) all.push_back(std::move(*one++));
    if (one != newer.end() && *one->labels == *series.labels) {
      series.samples = SelectedSamples(
          [older = std::move(series.samples), newer = std::move(one++->samples), maxSamples](
              SampleColumns room) { return joined(older, newer, maxSamples, std::move(room)); });
    }
    all.push_back(std::move(series));
  }
  std::move(one, newer.end(), std::back_inserter(all));
  return all;
}

}  // namespace orchestrator_exporter::history
