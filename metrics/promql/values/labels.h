#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/label_set.h"

namespace orchestrator_exporter::promql {

inline constexpr std::string_view kNameLabel = "__name__";

// The labels of a series in a query: shared with the store and with other series, so that most
// operations copy a pointer. The metric's name can be taken off without a copy, too.
class Labels {
 public:
  Labels() : set_(noLabels()) {}
  explicit Labels(std::shared_ptr<const LabelSet> set) : set_(std::move(set)) {}
  explicit Labels(LabelSet set) : set_(std::make_shared<const LabelSet>(std::move(set))) {}

  // Empty if there is none of this name.
  std::string_view get(std::string_view name) const {
    return nameless_ && name == kNameLabel ? std::string_view() : set_->get(name);
  }
  std::string_view metricName() const { return get(kNameLabel); }

  Labels withoutName() const {
    Labels copy(*this);
    copy.nameless_ = true;
    return copy;
  }

  // Calls visit(name, value) for each, in the order of names.
  template <class Visit>
  void forEach(Visit visit) const {
    for (const auto& [name, value] : *set_) {
      if (!nameless_ || name != kNameLabel) visit(name, value);
    }
  }

  // A copy to change.
  LabelSet copy() const {
    LabelSet set = *set_;
    if (nameless_) set.remove(kNameLabel);
    return set;
  }

  // The set itself, shared if nothing was taken off.
  std::shared_ptr<const LabelSet> shared() const {
    if (!nameless_ || !set_->has(kNameLabel)) return set_;
    return std::make_shared<const LabelSet>(copy());
  }

  std::size_t hash() const;
  friend bool operator==(const Labels& a, const Labels& b);
  friend bool operator<(const Labels& a, const Labels& b);

  // {a="b", c="d"}
  std::string text() const;

 private:
  static const std::shared_ptr<const LabelSet>& noLabels();

  std::shared_ptr<const LabelSet> set_;
  bool nameless_ = false;
};

struct LabelsHash {
  std::size_t operator()(const Labels& labels) const { return labels.hash(); }
};

}  // namespace orchestrator_exporter::promql
