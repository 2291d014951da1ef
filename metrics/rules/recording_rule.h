#pragma once

#include "metrics/rules/rule.h"

namespace orchestrator_exporter::rules {

// Keeps what its query gives under a name of its own.
class RecordingRule final : public Rule {
 public:
  using Rule::Rule;

 private:
  std::vector<RuleSample> samplesOf(const std::vector<Element>& elements,
                                    const Evaluation& at) override;
};

}  // namespace orchestrator_exporter::rules
