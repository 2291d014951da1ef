#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/history.h"
#include "metrics/rules/alert.h"

namespace orchestrator_exporter::rules {

// A History of series whose samples are known before, and of what rules make of them. What is to
// come is not seen. For one thread.
class ScriptedHistory final : public History {
 public:
  // One value after the other, `interval` apart, from time 0 on.
  void script(const LabelSet& labels, std::vector<std::optional<double>> values,
              Milliseconds interval);
  // Lets all samples of the scripts up to this time be seen.
  void advance(Time time);
  // A sample that is not older than the newest of its series.
  void add(const RuleSample& sample);

  Selected select(const Selection& selection, std::size_t maxSamples) const override;
  std::vector<LabelSet> series(const SeriesFilter& filter) const override;
  std::vector<std::string> labelNames(const SeriesFilter& filter) const override;
  std::vector<std::string> labelValues(std::string_view name,
                                       const SeriesFilter& filter) const override;
  std::vector<MetricMetadata> metadata() const override { return {}; }

 private:
  struct Script {
    SampleColumns* samples;
    std::vector<std::optional<double>> values;
    Milliseconds interval;
    std::size_t next = 0;
  };
  SampleColumns& samplesOf(const LabelSet& labels);

  std::map<LabelSet, std::shared_ptr<SampleColumns>> series_;
  // By the metric's name, which nearly every selector gives.
  std::map<std::string, std::vector<LabelSet>, std::less<>> byName_;
  std::vector<Script> scripts_;
};

}  // namespace orchestrator_exporter::rules
