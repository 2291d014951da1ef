#include "metrics/history/joined.h"

#include <algorithm>
#include <compare>
#include <memory>
#include <utility>

#include "metrics/history/sample_merge.h"

namespace orchestrator_exporter::history {

namespace {

// `newerRoom` is where the newer ones are read, of all series.
SampleColumns joined(const SelectedSamples& older, const SelectedSamples& newer,
                     std::size_t maxSamples, SampleColumns room, SampleColumns& newerRoom) {
  SampleMerge merge(Selection::kOldest, Selection::kNewest, maxSamples);
  merge.take(older.take(std::move(room)));
  merge.add(newer.in(newerRoom));
  return merge.finish();
}

}  // namespace

std::vector<SelectedSeries> joined(std::vector<SelectedSeries> older,
                                   std::vector<SelectedSeries> newer, std::size_t maxSamples) {
  const auto newerRoom = std::make_shared<SampleColumns>();
  std::vector<SelectedSeries> all;
  all.reserve(std::max(older.size(), newer.size()));
  auto one = newer.begin();
  for (SelectedSeries& series : older) {
    auto order = std::strong_ordering::greater;
    while (one != newer.end() && (order = *one->labels <=> *series.labels) < 0) {
      all.push_back(std::move(*one++));
    }
    if (one != newer.end() && order == 0) {
      series.samples =
          SelectedSamples([older = std::move(series.samples), newer = std::move(one++->samples),
                           maxSamples, newerRoom](SampleColumns room) {
            return joined(older, newer, maxSamples, std::move(room), *newerRoom);
          });
    }
    all.push_back(std::move(series));
  }
  std::move(one, newer.end(), std::back_inserter(all));
  return all;
}

}  // namespace orchestrator_exporter::history
