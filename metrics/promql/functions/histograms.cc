#include <array>
#include <string>
#include <unordered_map>

#include "metrics/base/number_parse.h"
#include "metrics/promql/functions/classic_histogram.h"
#include "metrics/promql/functions/families.h"
#include "metrics/promql/functions/quantile.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr std::string_view kBoundLabel = "le";

// The buckets of one histogram, as places in a matrix.
struct Histogram {
  Labels labels;                                        // without the bound, with the name
  std::vector<std::pair<std::size_t, double>> buckets;  // series and bound
};

// A vector of buckets, put together to histograms in the order in which they come.
class Histograms {
 public:
  Histograms(CallContext& context, std::size_t argument)
      : context_(context), argument_(argument), matrix_(context.vector(argument)) {
    std::unordered_map<Labels, std::size_t, LabelsHash> places;
    for (std::size_t i = 0; i < matrix_.size(); ++i) {
      const Labels& labels = matrix_[i].labels;
      const auto bound = parseNumber(labels.get(kBoundLabel));
      if (!bound) {
        reportBound(matrix_[i]);
        continue;
      }
      LabelSet without = labels.copy();
      without.remove(kBoundLabel);
      Labels key(std::move(without));
      const auto [at, isNew] = places.try_emplace(key, histograms_.size());
      if (isNew) histograms_.push_back({std::move(key), {}});
      histograms_[at->second].buckets.emplace_back(i, *bound);
    }
  }

  // A series for each histogram of what value(buckets, step, labels) makes of its buckets.
  template <class Value>
  Matrix map(Value value) {
    Matrix result;
    std::vector<Bucket> buckets;
    for (const Histogram& histogram : histograms_) {
      context_.budget().check();
      Series series{histogram.labels, Column(context_.steps().count(), kAbsent)};
      for (std::size_t step = 0; step < series.points.size(); ++step) {
        buckets.clear();
        for (const auto& [place, bound] : histogram.buckets) {
          const double count = matrix_[place].points[step];
          if (isPresent(count)) buckets.push_back({bound, count});
        }
        if (!buckets.empty()) series.points[step] = value(buckets, step, histogram.labels);
      }
      context_.dropName(series);
      result.push_back(std::move(series));
    }
    mergeDuplicates(result);
    return result;
  }

 private:
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
};

Matrix histogramQuantile(CallContext& context) {
  const Column quantiles = context.scalar(0);
  for (const double q : quantiles) {
    if (!isQuantile(q))
      context.annotations().warn(invalidQuantile(q), context.argument(0).position);
  }
  return Histograms(context, 1)
      .map([&](std::vector<Bucket>& buckets, std::size_t step, const Labels& labels) {
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
      });
}

Matrix histogramFraction(CallContext& context) {
  const Column lower = context.scalar(0);
  const Column upper = context.scalar(1);
  return Histograms(context, 2)
      .map([&](std::vector<Bucket>& buckets, std::size_t step, const Labels&) {
        return bucketFraction(lower[step], upper[step], buckets);
      });
}

// What is defined for native histograms only: samples that are numbers have no value here.
Matrix ofNativeHistograms(CallContext& context) {
  context.vector(0);
  return {};
}

constexpr std::array<VectorFunction, 7> kFunctions = {{
    {"histogram_quantile", histogramQuantile},
    {"histogram_fraction", histogramFraction},
    {"histogram_count", ofNativeHistograms},
    {"histogram_sum", ofNativeHistograms},
    {"histogram_avg", ofNativeHistograms},
    {"histogram_stddev", ofNativeHistograms},
    {"histogram_stdvar", ofNativeHistograms},
}};

}  // namespace

std::span<const VectorFunction> histogramFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
