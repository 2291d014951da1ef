#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "http/server/router.h"
#include "metrics/analysis/findings/investigation.h"

namespace orchestrator_exporter::http {

// What the analysis is asked about.
struct AnalysisAnswers {
  // What was found when it last looked; any thread may call it. Empty if nobody looks regularly.
  std::function<std::shared_ptr<const analysis::Findings>()> newest;
  std::shared_ptr<const History> history;  // for other times and signals
  // Signals besides the usual ones; any thread may call it. Empty if there are none.
  std::function<std::vector<analysis::Signal>()> others = {};
  promql::Engine engine = promql::Engine();
  analysis::Zone zone = analysis::utc;
};

// GET /api/v1/analysis/{trends,forecasts,anomalies,baselines,bottlenecks,health} in the envelope of
// the API. Without parameters: the newest findings, or what is found now. `signal` (may repeat; an
// alias or PromQL) picks signals; with `start`, `end` or `window` the history is looked at again
// for that time, two of such requests at a time.
void addAnalysisEndpoints(Router& router, AnalysisAnswers answers);

}  // namespace orchestrator_exporter::http
