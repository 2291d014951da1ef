#pragma once

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Takes samples and keeps none.
class NoSamples final : public FamilySink {
 public:
  void sample(double, std::span<const Label>, const SampleExtras&) override {}
  void histogram(const HistogramValue&, std::span<const Label>) override {}
  void summary(const SummaryValue&, std::span<const Label>) override {}
  void preparedSample(double, std::string_view, const SampleExtras&) override {}
};

}  // namespace orchestrator_exporter
