#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "metrics/promql/functions/families.h"
#include "metrics/promql/functions/histogram_changes.h"
#include "metrics/promql/values/histogram_arithmetic.h"

namespace orchestrator_exporter::promql {

namespace {

enum class Kind : std::uint8_t { kRate, kIncrease, kDelta };

double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000; }

// How many samples are in a window, and how far apart, in milliseconds, are its start, the first
// of them, the last, and its end.
struct Placement {
  std::size_t count = 0;
  std::int64_t toStart = 0;
  std::int64_t sampled = 0;
  std::int64_t toEnd = 0;

  friend bool operator==(const Placement&, const Placement&) = default;
};

Placement placementOf(std::span<const std::int64_t> times, std::int64_t start, std::int64_t end) {
  return {times.size(), times.front() - start, times.back() - times.front(), end - times.back()};
}

// How much larger than the change between its first and last sample the change in the whole window
// will have been: up to each edge if it is about as near as one sample to the next, else half as
// far.
template <Kind kind>
class Extrapolation {
 public:
  // Of two samples at least.
  explicit Extrapolation(const Placement& placement)
      : range_(seconds(placement.toStart + placement.sampled + placement.toEnd)),
        sampled_(seconds(placement.sampled)),
        toStart_(seconds(placement.toStart)),
        toEnd_(seconds(placement.toEnd)) {
    const double between = sampled_ / static_cast<double>(placement.count - 1);
    const double near = between * 1.1;
    if (toStart_ >= near) toStart_ = between / 2;
    if (toEnd_ >= near) toEnd_ = between / 2;
    factor_ = factorFrom(toStart_);
  }

  double factor() const { return factor_; }
  // Of a counter that grew by `change` from its first sample on: no further back than where it was
  // zero.
  double factor(double first, double change) const {
    const double toZero = sampled_ * (first / change);
    return toZero < toStart_ ? factorFrom(toZero) : factor_;
  }

 private:
  double factorFrom(double toStart) const {
    const double factor = (sampled_ + toStart + toEnd_) / sampled_;
    return kind == Kind::kRate ? factor / range_ : factor;
  }

  double range_;
  double sampled_;
  double toStart_;
  double toEnd_;
  double factor_ = 0;
};

// Of two values at least; `drops` are where a counter fell among them.
template <Kind kind>
double extrapolated(std::span<const double> values, std::span<const std::uint32_t> drops,
                    const Extrapolation<kind>& window) {
  const double first = values.front();
  double change = values.back() - first;
  for (const std::uint32_t drop : drops) change += values[drop - 1];
  const bool isGrowing = kind != Kind::kDelta && change > 0 && first >= 0;
  return change * (isGrowing ? window.factor(first, change) : window.factor());
}

template <Kind kind>
double extrapolatedOver(const Window& window, const RangeCall&) {
  if (window.size() < 2) return kAbsent;
  const Extrapolation<kind> extrapolation(placementOf(window.times, window.start, window.end));
  return extrapolated(window.values, window.drops, extrapolation);
}

// The series of a selection mostly have the same times: then their windows are placed once.
template <Kind kind>
class ExtrapolatedOverSteps final : public OverSteps {
 public:
  explicit ExtrapolatedOverSteps(const StepWindows& windows) : windows_(windows) {}

  std::uint64_t walk(const NumberSamples& samples, std::span<double> points) override {
    if (!std::ranges::equal(samples.times, times_)) place(samples.times);
    WindowDrops drops;
    if (kind != Kind::kDelta) drops = WindowDrops(samples.values);
    for (const Place& place : places_) {
      const auto values = samples.values.subspan(place.first, place.count);
      points[place.step] =
          extrapolated(values, drops.in(place.first, place.first + place.count), place.window);
    }
    return seen_;
  }

 private:
  struct Place {
    std::uint32_t step;
    std::uint32_t first;
    std::uint32_t count;
    Extrapolation<kind> window;
  };

  void place(std::span<const std::int64_t> times) {
    times_.assign(times.begin(), times.end());
    places_.clear();
    seen_ = 0;
    MovingWindow window(times);
    Placement before;
    for (std::size_t step = 0; step < windows_.ends.size(); ++step) {
      const std::int64_t end = windows_.ends[step];
      const std::int64_t start = end - windows_.range;
      window.move(start, end);
      seen_ += window.size();
      if (window.size() < 2) continue;
      // Windows that follow each other are mostly placed alike.
      const Placement placement = placementOf(window.of(times), start, end);
      const bool isAlike = !places_.empty() && placement == before;
      places_.push_back({static_cast<std::uint32_t>(step),
                         static_cast<std::uint32_t>(window.first()),
                         static_cast<std::uint32_t>(window.size()),
                         isAlike ? places_.back().window : Extrapolation<kind>(placement)});
      before = placement;
    }
  }

  const StepWindows windows_;
  std::vector<std::int64_t> times_;  // of the series before
  std::vector<Place> places_;        // of the windows with two samples at least
  std::uint64_t seen_ = 0;
};

template <Kind kind>
std::unique_ptr<OverSteps> extrapolatedOverSteps(const StepWindows& windows) {
  return std::make_unique<ExtrapolatedOverSteps<kind>>(windows);
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
  const Extrapolation<kind> extrapolation(
      placementOf(window.histogramTimes, window.start, window.end));
  multiply(*change, extrapolation.factor());
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
    {"rate", extrapolatedOver<Kind::kRate>, extrapolatedHistogram<Kind::kRate>, false, true,
     nullptr, extrapolatedOverSteps<Kind::kRate>},
    {"increase", extrapolatedOver<Kind::kIncrease>, extrapolatedHistogram<Kind::kIncrease>, false,
     true, nullptr, extrapolatedOverSteps<Kind::kIncrease>},
    {"delta", extrapolatedOver<Kind::kDelta>, extrapolatedHistogram<Kind::kDelta>, false, false,
     nullptr, extrapolatedOverSteps<Kind::kDelta>},
    {"irate", irate, instantChange<true>},
    {"idelta", idelta, instantChange<false>},
    {"resets", resets, resetsOfBoth, false, true},
    {"changes", changes, changesOfBoth},
}};

}  // namespace

std::span<const RangeFunction> rateFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
