#pragma once

#include <string>
#include <vector>

#include "metrics/analysis/bottlenecks/attribution.h"
#include "metrics/analysis/bottlenecks/bottlenecks.h"

namespace orchestrator_exporter::analysis {

// A bottleneck with who causes it and what to do.
struct Diagnosis {
  Bottleneck bottleneck;
  std::vector<Consumer> consumers;
  std::vector<std::string> advice;  // sentences, the most telling cause first
};

// Looks up who and how much at the time of the figures. What no series tells is left out of the
// sentences.
Diagnosis diagnose(const Figures& figures, Bottleneck bottleneck);

}  // namespace orchestrator_exporter::analysis
