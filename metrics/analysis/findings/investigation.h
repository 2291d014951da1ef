#pragma once

#include <cstdint>
#include <vector>

#include "metrics/analysis/findings/findings.h"

namespace orchestrator_exporter::analysis {

// What to find out, once.
struct Investigation {
  std::vector<Signal> signals = {};
  std::int64_t start = 0;  // ms
  std::int64_t end = 0;
  std::int64_t window = 0;                  // of trends; 0: from start to end
  std::int64_t step = 0;                    // of trends and samples; 0: as fine as useful
  std::vector<std::int64_t> horizons = {};  // of forecasts; none if it is empty
  bool trends = false;
  bool anomalies = false;
  bool baselines = false;
  bool bottlenecks = false;  // with the health score
  bool quality = false;      // of the samples that the signals are made of
  bool samples = false;      // keep them, for charts
  Zone zone = utc;
};

// The built-in signals and those that rules record.
std::vector<Signal> usualSignals();

// Looks everything up in the history. A signal that the engine cannot answer is a warning; what the
// history throws passes.
Findings investigate(const Question& question, const Investigation& wanted);

// The same of one track that is there already, such as a file's; no bottlenecks.
SignalFinding investigate(Track track, const Investigation& wanted,
                          const std::shared_ptr<const Baseline>& baseline = nullptr);

}  // namespace orchestrator_exporter::analysis
