#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "metrics/promql/functions/families.h"
#include "metrics/promql/functions/quantile.h"
#include "metrics/promql/values/histogram_arithmetic.h"
#include "metrics/promql/values/summation.h"

namespace orchestrator_exporter::promql {

namespace {

double sum(const Window& window, const RangeCall&) {
  Summation total;
  for (const double value : window.values) total.add(value);
  return total.result();
}

double average(const Window& window, const RangeCall&) {
  Mean mean;
  for (const double value : window.values) mean.add(value);
  return mean.result();
}

// Where the extreme value is; of equal ones the first, or the last.
template <class Compare>
std::size_t extreme(const Window& window, Compare replaces) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < window.size(); ++i) {
    if (replaces(window.values[i], window.values[best]) || std::isnan(window.values[best])) {
      best = i;
    }
  }
  return best;
}

double minimum(const Window& window, const RangeCall&) {
  return window.values[extreme(window, [](double a, double b) { return a < b; })];
}

double maximum(const Window& window, const RangeCall&) {
  return window.values[extreme(window, [](double a, double b) { return a > b; })];
}

double secondsAt(const Window& window, std::size_t index) {
  return static_cast<double>(window.times[index]) / 1000;
}

double timeOfMinimum(const Window& window, const RangeCall&) {
  return secondsAt(window, extreme(window, [](double a, double b) { return a <= b; }));
}

double timeOfMaximum(const Window& window, const RangeCall&) {
  return secondsAt(window, extreme(window, [](double a, double b) { return a >= b; }));
}

double timeOfLast(const Window& window, const RangeCall&) {
  return secondsAt(window, window.size() - 1);
}

double count(const Window& window, const RangeCall&) { return static_cast<double>(window.size()); }

double present(const Window&, const RangeCall&) { return 1; }

double last(const Window& window, const RangeCall&) { return window.values.back(); }

double variance(const Window& window, const RangeCall&) {
  Summation mean;
  Summation squares;
  double n = 0;
  for (const double value : window.values) {
    n += 1;
    const double off = value - (mean.sum + mean.lost);
    mean.add(off / n);
    squares.add(off * (value - (mean.sum + mean.lost)));
  }
  return (squares.sum + squares.lost) / n;
}

double deviation(const Window& window, const RangeCall& call) {
  return std::sqrt(variance(window, call));
}

double quantileOverTime(const Window& window, const RangeCall& call) {
  const double q = call.scalars.front();
  if (!isQuantile(q)) {
    call.annotations.warn(invalidQuantile(q),
                          withoutParentheses(*call.call.arguments.front()).position);
  }
  std::vector<double> values(window.values.begin(), window.values.end());
  return quantile(q, values);
}

double medianDeviation(const Window& window, const RangeCall&) {
  std::vector<double> values(window.values.begin(), window.values.end());
  const double median = quantile(0.5, values);
  for (double& value : values) value = std::fabs(value - median);
  return quantile(0.5, values);
}

// The histograms of a window that has no numbers, put together by combine(total, histogram, count).
template <class Combine>
Element combined(const Window& window, const RangeCall& call, Combine combine) {
  if (!window.values.empty()) {
    call.annotations.warn(mixedKinds(call.metricName), call.position());
    return {};
  }
  auto total = std::make_shared<FloatHistogram>(*window.histograms.front());
  double count = 1;
  for (const HistogramPointer& histogram : window.histograms.subspan(1)) {
    count += 1;
    if (const auto mismatch = combine(*total, *histogram, count)) {
      call.annotations.warn(mismatchText(*mismatch, call.metricName), call.position());
      return {};
    }
  }
  compact(*total);
  return {kAbsent, std::move(total)};
}

Element sumOfHistograms(const Window& window, const RangeCall& call) {
  return combined(window, call, [](FloatHistogram& total, const FloatHistogram& one, double) {
    return add(total, one);
  });
}

Element averageOfHistograms(const Window& window, const RangeCall& call) {
  return combined(window, call, moveMean);
}

Element countOfBoth(const Window& window, const RangeCall&) {
  return {static_cast<double>(window.values.size() + window.histograms.size())};
}

Element presentOfBoth(const Window&, const RangeCall&) { return {1}; }

bool endsInHistogram(const Window& window) {
  return window.times.empty() || window.histogramTimes.back() > window.times.back();
}

Element lastOfBoth(const Window& window, const RangeCall&) {
  if (endsInHistogram(window)) return {kAbsent, window.histograms.back()};
  return {window.values.back()};
}

Element timeOfLastOfBoth(const Window& window, const RangeCall&) {
  const std::int64_t time =
      endsInHistogram(window) ? window.histogramTimes.back() : window.times.back();
  return {static_cast<double>(time) / 1000};
}

constexpr std::array<RangeFunction, 14> kFunctions = {{
    {"sum_over_time", sum, sumOfHistograms},
    {"avg_over_time", average, averageOfHistograms},
    {"min_over_time", minimum},
    {"max_over_time", maximum},
    {"count_over_time", count, countOfBoth},
    {"present_over_time", present, presentOfBoth},
    {"last_over_time", last, lastOfBoth, true},
    {"stddev_over_time", deviation},
    {"stdvar_over_time", variance},
    {"quantile_over_time", quantileOverTime},
    {"mad_over_time", medianDeviation},
    {"ts_of_min_over_time", timeOfMinimum},
    {"ts_of_max_over_time", timeOfMaximum},
    {"ts_of_last_over_time", timeOfLast, timeOfLastOfBoth},
}};

}  // namespace

std::span<const RangeFunction> overTimeFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
