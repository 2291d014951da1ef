#include "metrics/promql/selection.h"

#include <algorithm>
#include <utility>

#include "metrics/promql/syntax/duration.h"

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
    Selected selected = state.history.select(selection, state.budget.left());
    for (const CoarseStretch& stretch : selected.coarse) {
      state.annotations.inform(
          "read steps of " + printDuration(stretch.step) + ", since finer samples are gone", {});
    }
    return selected;
  } catch (const TooManySamples&) {
    Budget::failSamples();
  }
}

// How far an instant selector looks back from a step, by the sample that it finds there.
class Lookback {
 public:
  Lookback(std::int64_t usual, std::vector<CoarseStretch> coarse)
      : usual_(usual), coarse_(std::move(coarse)) {}

  std::int64_t to(std::int64_t time) const {
    for (const CoarseStretch& stretch : coarse_) {
      if (time <= stretch.until) return std::max(usual_, 2 * stretch.step);
    }
    return usual_;
  }

 private:
  std::int64_t usual_;
  std::vector<CoarseStretch> coarse_;  // the oldest first
};

// Of one series after the other, in the same memory.
const SampleColumns& samplesOf(const SelectedSeries& series, SampleColumns& room) {
  try {
    return series.samples.in(room);
  } catch (const TooManySamples&) {
    Budget::failSamples();
  }
}

}  // namespace

std::vector<std::int64_t> ViewTime::at(const Steps& steps) const {
  std::vector<std::int64_t> times(steps.count());
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = at(steps.time(i));
  return times;
}

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

namespace {

// Where a column of times stands as the steps go on.
class Cursor {
 public:
  Cursor(const std::vector<std::int64_t>& times, std::int64_t now)
      : times_(times),
        behind_(static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), now) -
                                         times.begin())) {}

  // Goes on to the newest sample that is not later.
  void advance(std::int64_t now) {
    while (behind_ < times_.size() && times_[behind_] <= now) ++behind_;
  }
  bool any() const { return behind_ > 0; }
  std::size_t place() const { return behind_ - 1; }
  std::int64_t time() const { return any() ? times_[place()] : Selection::kOldest; }

 private:
  const std::vector<std::int64_t>& times_;
  std::size_t behind_;  // the newest sample at the step
};

// The samples of a series with times in (after, until].
template <class Value>
std::pair<std::span<const std::int64_t>, std::span<const Value>> between(
    const std::vector<std::int64_t>& times, const std::vector<Value>& values, std::int64_t after,
    std::int64_t until) {
  const auto first = std::upper_bound(times.begin(), times.end(), after);
  const auto last = std::upper_bound(first, times.end(), until);
  const auto skipped = static_cast<std::size_t>(first - times.begin());
  const auto count = static_cast<std::size_t>(last - first);
  return {std::span(times).subspan(skipped, count), std::span(values).subspan(skipped, count)};
}

}  // namespace

void selectInstant(QueryState& state, const Selector& selector, const Steps& steps,
                   InstantView limits, const std::function<void(Series&&)>& take) {
  const ViewTime view(selector.modifiers, state);
  Selected selected = select(state, selector, steps, state.lookback, {});
  const Lookback lookback(state.lookback, std::move(selected.coarse));
  SampleColumns room;
  for (SelectedSeries& series : selected.series) {
    state.budget.check();
    const SampleColumns& samples = samplesOf(series, room);
    Series out = emptySeries(Labels(std::move(series.labels)), steps.count());
    bool any = false;
    const std::int64_t begin = std::min(view.at(steps.start), limits.until);
    Cursor numbers(samples.times, begin);
    Cursor histograms(samples.histograms.times, begin);
    for (std::size_t step = 0; step < out.points.size(); ++step) {
      const std::int64_t now = std::min(view.at(steps.time(step)), limits.until);
      numbers.advance(now);
      histograms.advance(now);
      const bool isHistogram = histograms.any() && histograms.time() > numbers.time();
      const Cursor& newest = isHistogram ? histograms : numbers;
      if (!newest.any() || newest.time() <= limits.after ||
          newest.time() <= view.at(steps.time(step)) - lookback.to(newest.time())) {
        continue;
      }
      if (!isHistogram && isAbsent(samples.values[newest.place()])) continue;  // a stale marker
      any = true;
      state.budget.see(isHistogram ? weightOf({&samples.histograms.values[newest.place()], 1}) : 1);
      if (limits.timesOfSamples) {
        out.points[step] = static_cast<double>(newest.time()) / 1000;
      } else if (isHistogram) {
        out.set(step, {kAbsent, samples.histograms.values[newest.place()]});
      } else {
        out.points[step] = samples.values[newest.place()];
      }
    }
    if (any) take(std::move(out));
    series.samples.reset();
  }
}

void selectRange(QueryState& state, const Selector& selector, const Steps& steps,
                 std::string_view function, const std::function<void(const RangeSamples&)>& take) {
  const ViewTime view(selector.modifiers, state);
  const std::int64_t after = view.at(steps.start) - selector.range->milliseconds;
  const std::int64_t until = view.at(steps.end);
  Selected selected = select(state, selector, steps, selector.range->milliseconds, function);
  std::vector<std::int64_t> keptTimes;
  std::vector<double> keptValues;
  SampleColumns room;
  for (SelectedSeries& series : selected.series) {
    state.budget.check();
    const SampleColumns& all = samplesOf(series, room);
    auto [times, values] = between(all.times, all.values, after, until);
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
    const auto [histogramTimes, histograms] =
        between(all.histograms.times, all.histograms.values, after, until);
    const std::size_t held = state.budget.held();
    const std::size_t count = values.size() + weightOf(histograms);
    state.budget.hold(count);
    if (!values.empty() || !histograms.empty()) {
      take({Labels(std::move(series.labels)), false, times, values, histogramTimes, histograms});
    }
    state.budget.setHeld(std::max(held, state.budget.held() - count));
    series.samples.reset();
  }
}

}  // namespace orchestrator_exporter::promql
