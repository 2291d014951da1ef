#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/history.h"

namespace orchestrator_exporter {

// A History of series that a test writes down.
class MemoryHistory final : public History {
 public:
  // Times of one series must ascend.
  void add(const LabelSet& labels, std::int64_t time, double value);

  void add(const LabelSet& labels, std::int64_t time, FloatHistogram histogram);

  // One sample after the other, `step` ms apart from time 0 on: numbers, `_` for none, `stale` for
  // a stale marker. The name and labels are those of a selector: `m{l="x"}`.
  void load(std::string_view series, std::string_view samples, std::int64_t step = 60'000);

  // Samples until then are steps.
  void setCoarse(CoarseStretch stretch) { coarse_ = {stretch}; }

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override;
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override;
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override;
  std::vector<MetricMetadata> metadata() const override { return {}; }

 private:
  std::map<LabelSet, std::shared_ptr<SampleColumns>> series_;
  std::vector<CoarseStretch> coarse_;
};

// A sample's value as the API writes it.
std::string valueText(double value);

// The labels that a selector's plain matchers name.
LabelSet labelsOf(std::string_view selector);

}  // namespace orchestrator_exporter
