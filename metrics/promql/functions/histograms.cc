#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_map>

#include "metrics/base/number_parse.h"
#include "metrics/promql/functions/classic_histogram.h"
#include "metrics/promql/functions/families.h"
#include "metrics/promql/functions/native_histogram.h"
#include "metrics/promql/functions/quantile.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr std::string_view kBoundLabel = "le";

// The buckets of one histogram, as places in a matrix.
struct Histogram {
  using PlacedBound = std::pair<std::size_t, double>;  // which series, and its bound

  Labels labels;  // without the bound, with the name
  std::vector<PlacedBound> buckets;
};

// A vector of buckets, put together to histograms in the order in which they come.
class Histograms {
 public:
  Histograms(CallContext& context, std::size_t argument)
      : context_(context), argument_(argument), matrix_(context.vector(argument)) {
    for (std::size_t i = 0; i < matrix_.size(); ++i) {
      if (!matrix_[i].histograms.empty()) natives_.emplace(matrix_[i].labels, i);
      const Labels& labels = matrix_[i].labels;
      const auto bound = parseNumber(labels.get(kBoundLabel));
      if (!bound) {
        reportBound(matrix_[i]);
        continue;
      }
      LabelSet without = labels.copy();
      without.remove(kBoundLabel);
      Labels key(std::move(without));
      const auto [at, isNew] = places_.try_emplace(key, histograms_.size());
      if (isNew) histograms_.push_back({std::move(key), {}});
      histograms_[at->second].buckets.emplace_back(i, *bound);
    }
    for (Histogram& histogram : histograms_) sortByBound(histogram);
  }

  // A series for each histogram of what ofBuckets(buckets, step, labels) makes of the buckets of a
  // classic one and ofNative(histogram, step, labels) of a native one.
  template <class OfBuckets, class OfNative>
  Matrix map(OfBuckets ofBuckets, OfNative ofNative) {
    Matrix result;
    for (const Histogram& histogram : histograms_) mapBuckets(histogram, ofBuckets, result);
    for (const Series& series : matrix_) {
      if (!series.histograms.empty()) mapNative(series, ofNative, result);
    }
    mergeDuplicates(result);
    return result;
  }

 private:
  // Once, instead of at each step.
  static void sortByBound(Histogram& histogram) {
    std::ranges::stable_sort(histogram.buckets, {}, &Histogram::PlacedBound::second);
  }

  template <class OfBuckets>
  void mapBuckets(const Histogram& histogram, OfBuckets ofBuckets, Matrix& result) {
    context_.budget().check();
    Series series = emptySeries(histogram.labels, context_.steps().count());
    std::vector<Bucket> buckets;
    buckets.reserve(histogram.buckets.size());
    const Series* const native = nativeOf(histogram.labels);
    for (std::size_t step = 0; step < series.points.size(); ++step) {
      buckets.clear();
      for (const auto& [place, bound] : histogram.buckets) {
        const double count = matrix_[place].points[step];
        if (isPresent(count)) buckets.push_back({bound, count});
      }
      if (buckets.empty()) continue;
      if (native != nullptr && native->hasHistogram(step)) {
        reportMix(*native);
      } else {
        series.points[step] = ofBuckets(buckets, step, histogram.labels);
      }
    }
    context_.dropName(series);
    result.push_back(std::move(series));
  }

  template <class OfNative>
  void mapNative(const Series& native, OfNative ofNative, Matrix& result) {
    context_.budget().check();
    const auto classic = places_.find(native.labels);
    Series series = emptySeries(native.labels, context_.steps().count());
    for (std::size_t step = 0; step < series.points.size(); ++step) {
      if (!native.hasHistogram(step)) continue;
      if (classic != places_.end() && hasBuckets(histograms_[classic->second], step)) continue;
      series.points[step] = ofNative(*native.histogram(step), step, native.labels);
    }
    context_.dropName(series);
    result.push_back(std::move(series));
  }

  bool hasBuckets(const Histogram& histogram, std::size_t step) const {
    return std::any_of(histogram.buckets.begin(), histogram.buckets.end(),
                       [&](const auto& bucket) { return matrix_[bucket.first].hasNumber(step); });
  }

  // The series with native histograms of the same labels; null if there is none.
  const Series* nativeOf(const Labels& labels) const {
    const auto found = natives_.find(labels);
    return found == natives_.end() ? nullptr : &matrix_[found->second];
  }

  void reportMix(const Series& series) {
    context_.annotations().warn(
        "vector contains a mix of classic and native histograms for metric name " +
            quote(series.labels.metricName()),
        context_.argument(argument_).position);
  }

  void reportBound(const Series& series) {
    if (!hasPoints(series.points)) return;
    context_.annotations().warn("bucket label \"le\" is missing or has a malformed value of " +
                                    quote(series.labels.get(kBoundLabel)) + " for metric name " +
                                    quote(series.labels.metricName()),
                                context_.argument(argument_).position);
  }

  CallContext& context_;
  std::size_t argument_;
  Matrix matrix_;
  std::vector<Histogram> histograms_;
  std::unordered_map<Labels, std::size_t, LabelsHash> places_;   // of classic ones
  std::unordered_map<Labels, std::size_t, LabelsHash> natives_;  // in the matrix
};

// Where Prometheus says that an argument is: with the parentheses around it if it is constant and
// other arguments are not.
PositionRange positionOf(const CallContext& context, std::size_t index) {
  const std::vector<ExpressionPtr>& all = context.call().arguments;
  const bool allConstant =
      std::ranges::all_of(all, [](const ExpressionPtr& one) { return one->stepInvariant; });
  return all[index]->stepInvariant && !allConstant ? all[index]->position
                                                   : context.argument(index).position;
}

// What a function of histograms tells of observations that are NaN: as Prometheus does, which has
// taken the name off by then.
void informOfNaNs(CallContext& context, const std::string& function, const std::string& effect) {
  context.annotations().inform(
      "input to " + function + " has NaN observations, " + effect + " for metric name \"\"",
      positionOf(context, 0));
}

Matrix histogramQuantiles(CallContext& context) {
  const Column quantiles = context.scalar(0);
  for (const double q : quantiles) {
    if (!isQuantile(q)) context.annotations().warn(invalidQuantile(q), positionOf(context, 0));
  }
  const auto ofBuckets = [&](std::vector<Bucket>& buckets, std::size_t step, const Labels& labels) {
    const QuantileOfBuckets quantile = bucketQuantile(quantiles[step], buckets);
    if (quantile.raised) {
      context.annotations().inform(
          "input to histogram_quantile needed to be fixed for monotonicity (see "
          "https://prometheus.io/docs/prometheus/latest/querying/functions/"
          "#histogram_quantile) for metric name " +
              quote(labels.metricName()),
          context.argument(1).position);
    }
    return quantile.value;
  };
  const auto ofNative = [&](const FloatHistogram& histogram, std::size_t step, const Labels&) {
    const QuantileOfHistogram quantile = histogramQuantile(quantiles[step], histogram);
    if (quantile.effect != NaNEffect::kNone) {
      informOfNaNs(
          context, "histogram_quantile",
          quantile.effect == NaNEffect::kSkewed ? "result is skewed higher" : "result is NaN");
    }
    return quantile.value;
  };
  return Histograms(context, 1).map(ofBuckets, ofNative);
}

Matrix histogramFractions(CallContext& context) {
  const Column lower = context.scalar(0);
  const Column upper = context.scalar(1);
  const auto ofBuckets = [&](std::vector<Bucket>& buckets, std::size_t step, const Labels&) {
    return bucketFraction(lower[step], upper[step], buckets);
  };
  const auto ofNative = [&](const FloatHistogram& histogram, std::size_t step, const Labels&) {
    const double fraction = histogramFraction(lower[step], upper[step], histogram);
    if (std::isnan(histogram.sum) && lower[step] < upper[step] && histogram.count != 0) {
      informOfNaNs(context, "histogram_fraction", "which are excluded from all fractions");
    }
    return fraction;
  };
  return Histograms(context, 2).map(ofBuckets, ofNative);
}

// A function of native histograms alone: samples that are numbers have no value here.
template <double (*function)(const FloatHistogram&)>
Matrix ofHistograms(CallContext& context) {
  Matrix matrix = context.vector(0);
  for (Series& series : matrix) {
    series.points.assign(series.points.size(), kAbsent);
    for (std::size_t step = 0; step < series.histograms.size(); ++step) {
      if (series.hasHistogram(step)) series.points[step] = function(*series.histogram(step));
    }
    series.histograms.clear();
    context.dropName(series);
  }
  mergeDuplicates(matrix);
  return matrix;
}

double count(const FloatHistogram& histogram) { return histogram.count; }
double sum(const FloatHistogram& histogram) { return histogram.sum; }
double average(const FloatHistogram& histogram) { return histogram.sum / histogram.count; }
double deviation(const FloatHistogram& histogram) {
  return std::sqrt(histogramVariance(histogram));
}

constexpr std::array<VectorFunction, 7> kFunctions = {{
    {"histogram_quantile", histogramQuantiles},
    {"histogram_fraction", histogramFractions},
    {"histogram_count", ofHistograms<count>},
    {"histogram_sum", ofHistograms<sum>},
    {"histogram_avg", ofHistograms<average>},
    {"histogram_stddev", ofHistograms<deviation>},
    {"histogram_stdvar", ofHistograms<histogramVariance>},
}};

}  // namespace

std::span<const VectorFunction> histogramFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
