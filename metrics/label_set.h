#pragma once

#include <algorithm>
#include <compare>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/copy_on_write.h"

namespace orchestrator_exporter {

// The labels that name one series, owned. Sorted by name, each name once, no empty values: to
// Prometheus a label without a value is one that is not there. The metric's name is the value of
// "__name__". Ordered as Prometheus orders series: pair after pair bytewise, the shorter first.
// Cheap to copy: copies share their texts.
class LabelSet {
 public:
  using Pair = std::pair<std::string, std::string>;
  using Iterator = std::vector<Pair>::const_iterator;

  LabelSet() = default;
  LabelSet(std::initializer_list<Pair> pairs) : LabelSet(std::vector<Pair>(pairs)) {}
  // In any order. Of several with one name the last counts.
  explicit LabelSet(std::vector<Pair> pairs) {
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

  // Empty if there is none of this name. Valid as long as the set is not changed.
  std::string_view get(std::string_view name) const {
    const auto at = find(name);
    return at != end() && at->first == name ? std::string_view(at->second) : std::string_view();
  }
  bool has(std::string_view name) const { return !get(name).empty(); }

  // An empty value takes the label out.
  void set(std::string_view name, std::string_view value) {
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
  void remove(std::string_view name) { set(name, {}); }

  bool empty() const { return pairs_->empty(); }
  std::size_t size() const { return pairs_->size(); }
  Iterator begin() const { return pairs_->begin(); }
  Iterator end() const { return pairs_->end(); }

  friend bool operator==(const LabelSet&, const LabelSet&) = default;
  friend auto operator<=>(const LabelSet&, const LabelSet&) = default;

 private:
  // Whether they are as a set has them, which those that come from one are.
  static bool isOrdered(const std::vector<Pair>& pairs) {
    const auto isInOrder = [](const Pair& a, const Pair& b) { return a.first < b.first; };
    return std::ranges::adjacent_find(pairs, std::not_fn(isInOrder)) == pairs.end() &&
           std::ranges::none_of(pairs, [](const Pair& pair) { return pair.second.empty(); });
  }
  Iterator find(std::string_view name) const {
    return std::lower_bound(begin(), end(), name, [](const Pair& pair, std::string_view wanted) {
      return pair.first < wanted;
    });
  }

  CopyOnWrite<std::vector<Pair>> pairs_;
};

}  // namespace orchestrator_exporter
