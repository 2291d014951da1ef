#include "metrics/promql/selection.h"

#include <algorithm>
#include <utility>

namespace orchestrator_exporter::promql {

namespace {

Selected select(QueryState& state, const Selector& selector, const Steps& steps,
                std::int64_t window, std::string_view function) {
  const ViewTime view(selector.modifiers, state);
  Selection selection;
  selection.matchers = selector.matchers;
  selection.after = view.at(steps.start) - window;
  selection.until = view.at(steps.end);
  selection.range = selector.range ? selector.range->milliseconds : 0;
  selection.step = steps.count() > 1 ? steps.interval : 0;
  selection.function = function;
  state.budget.checkNow();
  try {
    return state.history.select(selection, state.budget.left());
  } catch (const TooManySamples&) {
    Budget::failSamples();
  }
}

}  // namespace

ViewTime::ViewTime(const Modifiers& modifiers, const QueryState& state)
    : fixed_(modifiers.anchor != Modifiers::Anchor::kNone), offset_(modifiers.offset.milliseconds) {
  switch (modifiers.anchor) {
    case Modifiers::Anchor::kNone:
      break;
    case Modifiers::Anchor::kTime:
      anchor_ = modifiers.at;
      break;
    case Modifiers::Anchor::kStart:
      anchor_ = state.start;
      break;
    case Modifiers::Anchor::kEnd:
      anchor_ = state.end;
      break;
  }
}

void selectInstant(QueryState& state, const Selector& selector, const Steps& steps,
                   InstantView limits, const std::function<void(Series&&)>& take) {
  const ViewTime view(selector.modifiers, state);
  Selected selected = select(state, selector, steps, state.lookback, {});
  const std::size_t count = steps.count();
  for (SelectedSeries& series : selected.series) {
    state.budget.check();
    const std::vector<std::int64_t>& times = series.samples->times;
    const std::vector<double>& values = series.samples->values;
    Column points(count, kAbsent);
    bool any = false;
    // Behind the newest sample at the step.
    auto behind = static_cast<std::size_t>(
        std::upper_bound(times.begin(), times.end(), std::min(view.at(steps.start), limits.until)) -
        times.begin());
    for (std::size_t step = 0; step < count; ++step) {
      const std::int64_t now = std::min(view.at(steps.time(step)), limits.until);
      const std::int64_t oldest =
          std::max(view.at(steps.time(step)) - state.lookback, limits.after);
      while (behind < times.size() && times[behind] <= now) ++behind;
      if (behind == 0 || times[behind - 1] <= oldest) continue;
      const double value = values[behind - 1];
      if (isAbsent(value)) continue;  // a stale marker
      points[step] = limits.timesOfSamples ? static_cast<double>(times[behind - 1]) / 1000 : value;
      any = true;
    }
    if (any) take({Labels(std::move(series.labels)), std::move(points)});
    series.samples.reset();
  }
}

void selectRange(QueryState& state, const Selector& selector, const Steps& steps,
                 std::string_view function, const std::function<void(const RangeSamples&)>& take) {
  const ViewTime view(selector.modifiers, state);
  const std::int64_t range = selector.range->milliseconds;
  Selected selected = select(state, selector, steps, range, function);
  std::vector<std::int64_t> keptTimes;
  std::vector<double> keptValues;
  for (SelectedSeries& series : selected.series) {
    state.budget.check();
    const auto& allTimes = series.samples->times;
    const auto first = static_cast<std::size_t>(
        std::upper_bound(allTimes.begin(), allTimes.end(), view.at(steps.start) - range) -
        allTimes.begin());
    const auto last = static_cast<std::size_t>(
        std::upper_bound(allTimes.begin(), allTimes.end(), view.at(steps.end)) - allTimes.begin());
    std::span<const std::int64_t> times(allTimes.data() + first, last - first);
    std::span<const double> values(series.samples->values.data() + first, last - first);
    if (!std::all_of(values.begin(), values.end(), isPresent)) {
      keptTimes.clear();
      keptValues.clear();
      for (std::size_t i = 0; i < times.size(); ++i) {
        if (isAbsent(values[i])) continue;
        keptTimes.push_back(times[i]);
        keptValues.push_back(values[i]);
      }
      times = keptTimes;
      values = keptValues;
    }
    const std::size_t held = state.budget.held();
    state.budget.hold(values.size());
    if (!values.empty()) take({Labels(std::move(series.labels)), false, times, values});
    state.budget.setHeld(std::max(held, state.budget.held() - values.size()));
    series.samples.reset();
  }
}

Column walk(const RangeSamples& samples, const RangeFunction& function, const ViewTime& view,
            std::int64_t range, const Steps& steps, const std::vector<Column>& scalars,
            const Call& call, QueryState& state) {
  std::vector<std::uint32_t> drops;
  if (function.takesCounters) {
    for (std::size_t i = 1; i < samples.values.size(); ++i) {
      if (samples.values[i] < samples.values[i - 1]) drops.push_back(static_cast<std::uint32_t>(i));
    }
  }
  std::vector<std::uint32_t> windowDrops;
  std::vector<double> atStep(scalars.size());
  Column points(steps.count(), kAbsent);
  std::size_t first = 0;   // sample in the window
  std::size_t behind = 0;  // the last one
  for (std::size_t step = 0; step < points.size(); ++step) {
    Window window;
    window.time = steps.time(step);
    window.end = view.at(window.time);
    window.start = window.end - range;
    while (behind < samples.times.size() && samples.times[behind] <= window.end) ++behind;
    while (first < behind && samples.times[first] <= window.start) ++first;
    if (first == behind) continue;
    state.budget.check();
    window.times = samples.times.subspan(first, behind - first);
    window.values = samples.values.subspan(first, behind - first);
    if (!drops.empty()) {
      windowDrops.clear();
      for (auto at = std::upper_bound(drops.begin(), drops.end(), first);
           at != drops.end() && *at < behind; ++at) {
        windowDrops.push_back(*at - static_cast<std::uint32_t>(first));
      }
      window.drops = windowDrops;
    }
    for (std::size_t i = 0; i < scalars.size(); ++i) atStep[i] = scalars[i][step];
    points[step] = function.value(window, {atStep, call, state.annotations});
  }
  return points;
}

}  // namespace orchestrator_exporter::promql
