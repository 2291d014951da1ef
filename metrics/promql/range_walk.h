#pragma once

#include <memory>
#include <vector>

#include "metrics/promql/functions/function.h"
#include "metrics/promql/functions/step_windows.h"
#include "metrics/promql/query_state.h"
#include "metrics/promql/selection.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// A range function over the windows of all steps, of one series after the other. All that it is
// given must outlive it.
class RangeWalk {
 public:
  // `scalars` are the other arguments of the call, a column each.
  RangeWalk(const RangeFunction& function, const StepWindows& windows, const Steps& steps,
            const std::vector<Column>& scalars, const Call& call, QueryState& state);

  // What the function makes of the samples in the window of each step.
  Series of(const RangeSamples& samples);

 private:
  void stepByStep(const RangeSamples& samples, Series& series);
  Element valueOf(const Window& window, const RangeCall& call) const;

  const RangeFunction& function_;
  const StepWindows windows_;
  const Steps steps_;
  const std::vector<Column>& scalars_;
  const Call& call_;
  QueryState& state_;
  std::unique_ptr<OverSteps> overSteps_;  // null if there is none
};

}  // namespace orchestrator_exporter::promql
