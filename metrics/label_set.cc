#include "metrics/label_set.h"

#include <functional>

namespace orchestrator_exporter {
namespace {

using Pair = LabelSet::Pair;

// Whether they are as a set has them, which those that come from one are.
bool isOrdered(const std::vector<Pair>& pairs) {
  const auto isInOrder = [](const Pair& a, const Pair& b) { return a.first < b.first; };
  return std::ranges::adjacent_find(pairs, std::not_fn(isInOrder)) == pairs.end() &&
         std::ranges::none_of(pairs, [](const Pair& pair) { return pair.second.empty(); });
}

}  // namespace

LabelSet::LabelSet(std::vector<Pair> pairs) {
  if (isOrdered(pairs)) {
    if (!pairs.empty()) pairs_ = CopyOnWrite(std::move(pairs));
    return;
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.first < b.first; });
  std::vector<Pair> kept;
  kept.reserve(pairs.size());
  for (Pair& pair : pairs) {
    if (!kept.empty() && kept.back().first == pair.first) kept.pop_back();
    kept.push_back(std::move(pair));
  }
  std::erase_if(kept, [](const Pair& pair) { return pair.second.empty(); });
  if (!kept.empty()) pairs_ = CopyOnWrite(std::move(kept));
}

void LabelSet::set(std::string_view name, std::string_view value) {
  const auto place = find(name) - begin();
  const bool found = place < end() - begin() && begin()[place].first == name;
  if (value.empty() && !found) return;
  std::vector<Pair>& pairs = pairs_.own();
  const auto at = pairs.begin() + place;
  if (value.empty()) {
    pairs.erase(at);
  } else if (found) {
    at->second = value;
  } else {
    // Little more than is needed: most sets get one or two more labels and are then kept.
    if (pairs.size() == pairs.capacity()) pairs.reserve(pairs.size() + 2);
    pairs.emplace(pairs.begin() + place, name, value);
  }
}

std::strong_ordering operator<=>(const LabelSet& a, const LabelSet& b) {
  return a.pairs_ <=> b.pairs_;
}

}  // namespace orchestrator_exporter
