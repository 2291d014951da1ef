#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Takes no samples, but keeps the names and types of the families that were asked for.
class FamilyTypes final : public Sink {
 public:
  FamilySink& family(const FamilyHead& head) override {
    types_.try_emplace(std::string(head.name), head.type);
    return nowhere_;
  }

  // Of the first that asked for this name; nullopt if nobody did.
  std::optional<MetricType> typeOf(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  class Nowhere final : public FamilySink {
   public:
    void sample(double, std::span<const Label>, const SampleExtras&) override {}
    void histogram(const HistogramValue&, std::span<const Label>) override {}
    void summary(const SummaryValue&, std::span<const Label>) override {}
    void preparedSample(double, std::string_view, const SampleExtras&) override {}
  };

  Nowhere nowhere_;
  std::map<std::string, MetricType, std::less<>> types_;
};

}  // namespace orchestrator_exporter
