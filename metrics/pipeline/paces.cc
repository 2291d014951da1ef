#include "metrics/pipeline/paces.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "metrics/resting_value.h"

namespace orchestrator_exporter::pipeline {

namespace {

// Gives samples on as resting ones, without exemplars: these were seen before.
class Resting final : public Sink {
 public:
  explicit Resting(Sink& next) : next_(next) {}

  FamilySink& family(const FamilyHead& head) override {
    return families_.emplace_back(next_.family(head));
  }

 private:
  class Family final : public FamilySink {
   public:
    explicit Family(FamilySink& next) : next_(next) {}

    void sample(double, std::span<const Label> labels, const SampleExtras& extras) override {
      next_.sample(kResting, labels, {.created = extras.created});
    }
    void histogram(const HistogramValue& value, std::span<const Label> labels) override {
      std::vector<Bucket> buckets(value.buckets.begin(), value.buckets.end());
      for (Bucket& bucket : buckets) bucket.exemplar = nullptr;
      HistogramValue resting = value;
      resting.buckets = buckets;
      resting.sum = kResting;
      next_.histogram(resting, labels);
    }
    void summary(const SummaryValue& value, std::span<const Label> labels) override {
      std::vector<Quantile> quantiles(value.quantiles.begin(), value.quantiles.end());
      for (Quantile& quantile : quantiles) quantile.value = kResting;
      SummaryValue resting = value;
      resting.quantiles = quantiles;
      resting.sum = kResting;
      next_.summary(resting, labels);
    }

   private:
    FamilySink& next_;
  };

  Sink& next_;
  std::deque<Family> families_;
};

}  // namespace

void Paces::follow(const Plan& plan) {
  std::vector<std::unique_ptr<Pace>> before = std::exchange(paces_, {});
  for (const CollectorSettings& each : plan.collectors) {
    if (!each.interval) continue;
    const auto same = std::ranges::find_if(
        before, [&](const auto& pace) { return pace != nullptr && pace->name == each.name; });
    paces_.push_back(same == before.end() ? std::make_unique<Pace>() : std::move(*same));
    paces_.back()->name = each.name;
    paces_.back()->collector = &each;
  }
}

void Paces::begin(Time time, std::chrono::milliseconds interval) {
  for (const auto& pace : paces_) {
    // A clock that was put back begins again.
    const bool isTime = !pace->last || time < *pace->last ||
                        time - *pace->last + interval / 2 >= *pace->collector->interval;
    if (isTime) pace->last = time;
    pace->isDue = time - *pace->last < interval * 95 / 100;
    if (pace->isDue) pace->given.clear();
  }
}

Sink* Paces::sinkOf(const CollectorSettings* collector, Sink& usual) {
  if (collector == nullptr || !collector->interval) return &usual;
  const auto found =
      std::ranges::find_if(paces_, [&](const auto& pace) { return pace->collector == collector; });
  return (*found)->isDue ? &(*found)->given : nullptr;
}

void Paces::finish(Sink& out) const {
  for (const auto& pace : paces_) {
    if (pace->isDue) {
      pace->given.replay(out);
    } else {
      Resting resting(out);
      pace->given.replay(resting);
    }
  }
}

}  // namespace orchestrator_exporter::pipeline
