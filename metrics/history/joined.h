#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

#include "metrics/history.h"

namespace orchestrator_exporter::history {

// Two parts of what was as one: the older samples of each series before its newer ones. Both in the
// order of their labels, as the result is; a series of both is packed until it is looked at, which
// throws TooManySamples if it has more than `maxSamples`.
std::vector<SelectedSeries> joined(std::vector<SelectedSeries> older,
                                   std::vector<SelectedSeries> newer, std::size_t maxSamples);

// Two sorted answers as one, of at most `limit` (0: all).
template <typename Answer>
std::vector<Answer> joined(const std::vector<Answer>& some, const std::vector<Answer>& others,
                           std::size_t limit) {
  std::vector<Answer> all;
  std::ranges::set_union(some, others, std::back_inserter(all));
  if (limit > 0 && all.size() > limit) all.resize(limit);
  return all;
}

}  // namespace orchestrator_exporter::history
