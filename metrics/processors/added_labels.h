#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Passes everything on with labels besides, which go before those of the samples. Names that a
// sample has itself must not be among them. The sink must outlive it; for one thread at a time.
class AddedLabels final : public Sink {
 public:
  AddedLabels(Sink& next, std::vector<Label> labels) : next_(next), labels_(std::move(labels)) {}

  FamilySink& family(const FamilyHead& head) override { return wrapped(next_.family(head)); }
  FamilySink& uniqueFamily(const FamilyHead& head) override {
    return wrapped(next_.uniqueFamily(head));
  }

 private:
  class Family final : public FamilySink {
   public:
    Family(FamilySink& next, const std::vector<Label>& added) : next_(next), added_(added) {}
    void sample(double value, std::span<const Label> labels, const SampleExtras& extras) override {
      next_.sample(value, joined(labels), extras);
    }
    void histogram(const HistogramValue& value, std::span<const Label> labels) override {
      next_.histogram(value, joined(labels));
    }
    void summary(const SummaryValue& value, std::span<const Label> labels) override {
      next_.summary(value, joined(labels));
    }

   private:
    std::span<const Label> joined(std::span<const Label> labels) {
      joined_ = added_;
      joined_.insert(joined_.end(), labels.begin(), labels.end());
      return joined_;
    }

    FamilySink& next_;
    const std::vector<Label>& added_;
    std::vector<Label> joined_;
  };

  FamilySink& wrapped(FamilySink& next) {
    const auto known = families_.find(&next);
    if (known != families_.end()) return *known->second;
    Family& made = made_.emplace_back(next, labels_);
    families_.emplace(&next, &made);
    return made;
  }

  Sink& next_;
  const std::vector<Label> labels_;
  std::deque<Family> made_;
  std::unordered_map<FamilySink*, Family*> families_;
};

}  // namespace orchestrator_exporter
