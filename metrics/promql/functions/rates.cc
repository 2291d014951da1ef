#include <array>
#include <cmath>

#include "metrics/promql/functions/families.h"

namespace orchestrator_exporter::promql {

namespace {

enum class Kind : std::uint8_t { kRate, kIncrease, kDelta };

double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000; }

// The change within the window, made larger by what the series will have done between its edges and
// the samples next to them: up to the edge if it is about as near as one sample to the next, else
// half as far; and a counter not further back than to where it was zero.
template <Kind kind>
double extrapolated(const Window& window, const RangeCall&) {
  constexpr bool kCounter = kind != Kind::kDelta;
  const std::size_t size = window.size();
  if (size < 2) return kAbsent;
  const double first = window.values.front();
  double change = window.values.back() - first;
  if constexpr (kCounter) {
    for (const std::uint32_t drop : window.drops) change += window.values[drop - 1];
  }
  const double sampled = seconds(window.times.back() - window.times.front());
  const double between = sampled / static_cast<double>(size - 1);
  double toStart = seconds(window.times.front() - window.start);
  double toEnd = seconds(window.end - window.times.back());
  const double near = between * 1.1;
  if (toStart >= near) toStart = between / 2;
  if (kCounter && change > 0 && first >= 0) {
    const double toZero = sampled * (first / change);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= near) toEnd = between / 2;
  double factor = (sampled + toStart + toEnd) / sampled;
  if constexpr (kind == Kind::kRate) factor /= seconds(window.end - window.start);
  return change * factor;
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

double resets(const Window& window, const RangeCall&) {
  return static_cast<double>(window.drops.size());
}

double changes(const Window& window, const RangeCall&) {
  int count = 0;
  for (std::size_t i = 1; i < window.size(); ++i) {
    const double before = window.values[i - 1];
    const double value = window.values[i];
    if (value != before && !(std::isnan(value) && std::isnan(before))) ++count;
  }
  return count;
}

constexpr std::array<RangeFunction, 7> kFunctions = {{
    {"rate", extrapolated<Kind::kRate>, false, true},
    {"increase", extrapolated<Kind::kIncrease>, false, true},
    {"delta", extrapolated<Kind::kDelta>},
    {"irate", irate},
    {"idelta", idelta},
    {"resets", resets, false, true},
    {"changes", changes},
}};

}  // namespace

std::span<const RangeFunction> rateFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
