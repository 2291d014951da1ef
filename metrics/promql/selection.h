#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "metrics/promql/query_state.h"
#include "metrics/promql/syntax/expression.h"
#include "metrics/promql/values/series.h"

namespace orchestrator_exporter::promql {

// The moment that a selector or subquery looks at when the evaluation is at `time`.
class ViewTime {
 public:
  ViewTime(const Modifiers& modifiers, const QueryState& state);

  // Far enough from the ends of time that ranges can be taken off.
  std::int64_t at(std::int64_t time) const {
    constexpr std::int64_t kFar = Selection::kNewest / 4;
    return std::clamp(fixed_ ? anchor_ : time, -kFar, kFar) - offset_;
  }
  // At each step.
  std::vector<std::int64_t> at(const Steps& steps) const;

 private:
  bool fixed_;
  std::int64_t anchor_ = 0;
  std::int64_t offset_ = 0;
};

// The samples of one series that a range function walks over: no stale markers.
struct RangeSamples {
  Labels labels;
  bool dropsName = false;
  std::span<const std::int64_t> times;
  std::span<const double> values;
  std::span<const std::int64_t> histogramTimes = {};
  std::span<const HistogramPointer> histograms = {};
};

// Gives to `take` one series after the other, in the order of their labels.

struct InstantView {
  bool timesOfSamples = false;  // in seconds, in the place of the values
  // Samples outside of these times are not there.
  std::int64_t after = Selection::kOldest;
  std::int64_t until = Selection::kNewest;
};

// What an instant selector sees at each step: the newest sample that is not older than the
// lookback. Series without any are left out.
void selectInstant(QueryState& state, const Selector& selector, const Steps& steps,
                   InstantView limits, const std::function<void(Series&&)>& take);

// All samples that a range selector sees at any of the steps. Valid during the call.
void selectRange(QueryState& state, const Selector& selector, const Steps& steps,
                 std::string_view function, const std::function<void(const RangeSamples&)>& take);

}  // namespace orchestrator_exporter::promql
