#include "metrics/rules/recording_rule.h"

#include <set>
#include <stdexcept>

namespace orchestrator_exporter::rules {

std::vector<RuleSample> RecordingRule::samplesOf(const std::vector<Element>& elements,
                                                 const Evaluation& at) {
  std::vector<RuleSample> samples;
  std::set<LabelSet> known;
  for (const Element& element : elements) {
    LabelSet labels = element.labels;
    labels.set("__name__", definition().name);
    for (const auto& [name, value] : definition().labels) labels.set(name, value);
    if (!known.insert(labels).second) {
      throw std::runtime_error(
          "vector contains metrics with the same labelset after applying rule labels");
    }
    samples.push_back(
        {std::move(labels), at.time - at.offset.count(), element.value, element.histogram});
  }
  if (at.limit > 0 && samples.size() > at.limit) {
    throw std::runtime_error("exceeded limit of " + std::to_string(at.limit) + " with " +
                             std::to_string(samples.size()) + " series");
  }
  return samples;
}

}  // namespace orchestrator_exporter::rules
