#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "metrics/promql/functions/families.h"
#include "metrics/promql/functions/histogram_changes.h"
#include "metrics/promql/values/histogram_arithmetic.h"

namespace orchestrator_exporter::promql {

namespace {

enum class Kind : std::uint8_t { kRate, kIncrease, kDelta };

double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000; }

// How much larger than the change between its first and last sample the change in the whole window
// will have been: up to each edge if it is about as near as one sample to the next, else half as
// far. `toZero` is how long before the first sample a counter was zero; no further back.
template <Kind kind>
double extrapolation(std::span<const std::int64_t> times, const Window& window, double toZero) {
  const double sampled = seconds(times.back() - times.front());
  const double between = sampled / static_cast<double>(times.size() - 1);
  double toStart = seconds(times.front() - window.start);
  double toEnd = seconds(window.end - times.back());
  const double near = between * 1.1;
  if (toStart >= near) toStart = between / 2;
  if (toZero < toStart) toStart = toZero;
  if (toEnd >= near) toEnd = between / 2;
  double factor = (sampled + toStart + toEnd) / sampled;
  if constexpr (kind == Kind::kRate) factor /= seconds(window.end - window.start);
  return factor;
}

template <Kind kind>
double extrapolated(const Window& window, const RangeCall&) {
  constexpr bool kCounter = kind != Kind::kDelta;
  if (window.size() < 2) return kAbsent;
  const double first = window.values.front();
  double change = window.values.back() - first;
  double toZero = std::numeric_limits<double>::infinity();
  if constexpr (kCounter) {
    for (const std::uint32_t drop : window.drops) change += window.values[drop - 1];
    if (change > 0 && first >= 0) {
      toZero = seconds(window.times.back() - window.times.front()) * (first / change);
    }
  }
  return change * extrapolation<kind>(window.times, window, toZero);
}

template <Kind kind>
Element extrapolatedHistogram(const Window& window, const RangeCall& call) {
  if (!window.values.empty()) {
    call.annotations.warn(mixedKinds(call.metricName), call.position());
    return {};
  }
  if (window.histograms.size() < 2) return {};
  auto change = kind == Kind::kDelta ? changeOfGauge(window.histograms, call)
                                     : changeOfCounter(window.histograms, call);
  if (change == nullptr) return {};
  multiply(*change, extrapolation<kind>(window.histogramTimes, window,
                                        std::numeric_limits<double>::infinity()));
  compact(*change);
  return {kAbsent, std::move(change)};
}

double idelta(const Window& window, const RangeCall&) {
  const std::size_t size = window.size();
  if (size < 2) return kAbsent;
  return window.values[size - 1] - window.values[size - 2];
}

double irate(const Window& window, const RangeCall&) {
  const std::size_t size = window.size();
  if (size < 2) return kAbsent;
  const double before = window.values[size - 2];
  const double last = window.values[size - 1];
  const double change = last < before ? last : last - before;
  return change / seconds(window.times[size - 1] - window.times[size - 2]);
}

// The last two samples of a window, whichever kind they are of.
struct LastTwo {
  HistogramPointer before;  // null: a number
  HistogramPointer last;
  std::int64_t between = 0;  // ms
};

std::optional<LastTwo> lastTwoOf(const Window& window) {
  std::size_t numbers = window.times.size();
  std::size_t histograms = window.histogramTimes.size();
  if (numbers + histograms < 2) return std::nullopt;
  std::array<HistogramPointer, 2> samples;
  std::array<std::int64_t, 2> times{};
  for (const std::size_t at : {std::size_t{1}, std::size_t{0}}) {
    const bool isHistogram =
        numbers == 0 ||
        (histograms > 0 && window.histogramTimes[histograms - 1] > window.times[numbers - 1]);
    if (isHistogram) samples[at] = window.histograms[histograms - 1];
    times[at] = isHistogram ? window.histogramTimes[--histograms] : window.times[--numbers];
  }
  return LastTwo{samples[0], samples[1], times[1] - times[0]};
}

template <bool isRate>
Element instantChange(const Window& window, const RangeCall& call) {
  const auto two = lastTwoOf(window);
  if (!two) return {};
  if (two->before == nullptr && two->last == nullptr) {
    return {isRate ? irate(window, call) : idelta(window, call)};
  }
  if (two->before == nullptr || two->last == nullptr) {
    call.annotations.warn(mixedKinds(call.metricName), call.position());
    return {};
  }
  auto change = std::make_shared<FloatHistogram>(*two->last);
  warnOfHints(*two->before, *two->last, isRate, call);
  if (!isRate || !isResetAfter(*two->last, *two->before)) {
    if (const auto mismatch = subtract(*change, *two->before)) {
      call.annotations.warn(mismatchText(*mismatch, call.metricName), call.position());
      return {};
    }
  }
  change->hint = FloatHistogram::Hint::kGauge;
  compact(*change);
  if (isRate) divide(*change, seconds(two->between));
  return {kAbsent, std::move(change)};
}

// How often isChange(before, sample) holds for neighbours of either kind.
template <class IsChange>
Element countNeighbours(const Window& window, IsChange isChange) {
  int count = 0;
  std::optional<Element> before;
  for (std::size_t number = 0, histogram = 0;
       number < window.times.size() || histogram < window.histogramTimes.size();) {
    const bool isHistogram =
        number == window.times.size() || (histogram < window.histogramTimes.size() &&
                                          window.histogramTimes[histogram] < window.times[number]);
    Element sample = isHistogram ? Element{kAbsent, window.histograms[histogram++]}
                                 : Element{window.values[number++]};
    if (before) {
      const bool sameKind = (before->histogram == nullptr) == (sample.histogram == nullptr);
      if (!sameKind || isChange(*before, sample)) ++count;
    }
    before = std::move(sample);
  }
  return {static_cast<double>(count)};
}

bool differ(double before, double value) {
  return value != before && !(std::isnan(value) && std::isnan(before));
}

Element resetsOfBoth(const Window& window, const RangeCall&) {
  return countNeighbours(window, [](const Element& before, const Element& sample) {
    return sample.histogram != nullptr ? isResetAfter(*sample.histogram, *before.histogram)
                                       : sample.number < before.number;
  });
}

Element changesOfBoth(const Window& window, const RangeCall&) {
  return countNeighbours(window, [](const Element& before, const Element& sample) {
    return sample.histogram != nullptr ? !(*sample.histogram == *before.histogram)
                                       : differ(before.number, sample.number);
  });
}

double resets(const Window& window, const RangeCall&) {
  return static_cast<double>(window.drops.size());
}

double changes(const Window& window, const RangeCall&) {
  int count = 0;
  for (std::size_t i = 1; i < window.size(); ++i) {
    if (differ(window.values[i - 1], window.values[i])) ++count;
  }
  return count;
}

constexpr std::array<RangeFunction, 7> kFunctions = {{
    {"rate", extrapolated<Kind::kRate>, extrapolatedHistogram<Kind::kRate>, false, true},
    {"increase", extrapolated<Kind::kIncrease>, extrapolatedHistogram<Kind::kIncrease>, false,
     true},
    {"delta", extrapolated<Kind::kDelta>, extrapolatedHistogram<Kind::kDelta>},
    {"irate", irate, instantChange<true>},
    {"idelta", idelta, instantChange<false>},
    {"resets", resets, resetsOfBoth, false, true},
    {"changes", changes, changesOfBoth},
}};

}  // namespace

std::span<const RangeFunction> rateFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
