#pragma once

#include <algorithm>
#include <compare>
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
  explicit LabelSet(std::vector<Pair> pairs);

  // Empty if there is none of this name. Valid as long as the set is not changed.
  std::string_view get(std::string_view name) const {
    const auto at = find(name);
    return at != end() && at->first == name ? std::string_view(at->second) : std::string_view();
  }
  bool has(std::string_view name) const { return !get(name).empty(); }

  // An empty value takes the label out.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name) { set(name, {}); }

  bool empty() const { return pairs_->empty(); }
  std::size_t size() const { return pairs_->size(); }
  Iterator begin() const { return pairs_->begin(); }
  Iterator end() const { return pairs_->end(); }

  friend bool operator==(const LabelSet&, const LabelSet&) = default;
  friend std::strong_ordering operator<=>(const LabelSet& a, const LabelSet& b);

 private:
  Iterator find(std::string_view name) const {
    return std::lower_bound(begin(), end(), name, [](const Pair& pair, std::string_view wanted) {
      return pair.first < wanted;
    });
  }

  CopyOnWrite<std::vector<Pair>> pairs_;
};

}  // namespace orchestrator_exporter
