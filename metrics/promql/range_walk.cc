#include "metrics/promql/range_walk.h"

#include <utility>

#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

RangeWalk::RangeWalk(const RangeFunction& function, const StepWindows& windows, const Steps& steps,
                     const std::vector<Column>& scalars, const Call& call, QueryState& state)
    : function_(function),
      windows_(windows),
      steps_(steps),
      scalars_(scalars),
      call_(call),
      state_(state),
      overSteps_(function.overSteps != nullptr ? function.overSteps(windows) : nullptr) {}

Series RangeWalk::of(const RangeSamples& samples) {
  Series series = emptySeries(samples.labels, steps_.count());
  if (overSteps_ != nullptr && samples.histograms.empty()) {
    state_.budget.see(overSteps_->walk({samples.times, samples.values}, series.points));
  } else {
    stepByStep(samples, series);
  }
  return series;
}

void RangeWalk::stepByStep(const RangeSamples& samples, Series& series) {
  const bool anyHistogram = !samples.histograms.empty();
  WindowDrops drops;
  if (function_.takesCounters) drops = WindowDrops(samples.values);
  std::vector<double> atStep(scalars_.size());
  const RangeCall call{atStep, call_, state_.annotations, samples.labels.metricName()};
  MovingWindow numbers(samples.times);
  MovingWindow histograms(samples.histogramTimes);
  for (std::size_t step = 0; step < series.points.size(); ++step) {
    Window window;
    window.time = steps_.time(step);
    window.end = windows_.ends[step];
    window.start = window.end - windows_.range;
    numbers.move(window.start, window.end);
    if (anyHistogram) histograms.move(window.start, window.end);
    if (numbers.empty() && histograms.empty()) continue;
    state_.budget.check();
    window.times = numbers.of(samples.times);
    window.values = numbers.of(samples.values);
    state_.budget.see(window.values.size());
    window.drops = drops.in(numbers.first(), numbers.behind());
    for (std::size_t i = 0; i < scalars_.size(); ++i) atStep[i] = scalars_[i][step];
    if (function_.check != nullptr) function_.check(call);
    if (histograms.empty()) {
      series.points[step] = function_.value(window, call);
      continue;
    }
    window.histogramTimes = histograms.of(samples.histogramTimes);
    window.histograms = histograms.of(samples.histograms);
    state_.budget.see(weightOf(window.histograms));
    series.set(step, valueOf(window, call));
  }
}

// Of a window with histograms.
Element RangeWalk::valueOf(const Window& window, const RangeCall& call) const {
  if (function_.ofHistograms != nullptr) return function_.ofHistograms(window, call);
  if (window.values.empty()) return {};
  call.annotations.inform(
      "ignored histograms in a range containing both floats and histograms for metric name " +
          quote(call.metricName),
      call.position());
  return {function_.value(window, call)};
}

}  // namespace orchestrator_exporter::promql
