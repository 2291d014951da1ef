#pragma once

#include <string_view>
#include <unordered_set>
#include <vector>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Passes the families with exactly these names on to another sink and forgets the others. The sink
// and the names must outlive it; for one thread at a time, as any sink.
class FamilyFilter final : public Sink {
 public:
  FamilyFilter(Sink& next, const std::vector<std::string_view>& names);

  FamilySink& family(const FamilyHead& head) override;
  FamilySink& uniqueFamily(const FamilyHead& head) override;

 private:
  // Takes samples and keeps none.
  class Nowhere final : public FamilySink {
   public:
    void sample(double, std::span<const Label>, const SampleExtras&) override {}
    void histogram(const HistogramValue&, std::span<const Label>) override {}
    void summary(const SummaryValue&, std::span<const Label>) override {}
    void preparedSample(double, std::string_view, const SampleExtras&) override {}
  };

  bool wanted(std::string_view name) const { return names_.contains(name); }

  Sink& next_;
  std::unordered_set<std::string_view> names_;
  Nowhere nowhere_;
};

}  // namespace orchestrator_exporter
