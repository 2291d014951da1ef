#include "metrics/exposition/protobuf_distributions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numeric>
#include <protozero/pbf_message.hpp>
#include <utility>
#include <vector>

#include "metrics/base/errors.h"
#include "metrics/exposition/protobuf_fields.h"
#include "metrics/float_histogram.h"

namespace orchestrator_exporter {
namespace {

// Field numbers of metrics.proto, package io.prometheus.client.
enum class SummaryField : protozero::pbf_tag_type { kCount = 1, kSum, kQuantile };
enum class QuantileField : protozero::pbf_tag_type { kQuantile = 1, kValue };
enum class HistogramField : protozero::pbf_tag_type {
  kCount = 1,
  kSum,
  kBucket,
  kFloatCount,
  kSchema,
  kZeroThreshold,
  kZeroCount,
  kFloatZeroCount,
  kNegativeSpan,
  kNegativeDelta,
  kNegativeCount,
  kPositiveSpan,
  kPositiveDelta,
  kPositiveCount,
};
enum class BucketField : protozero::pbf_tag_type { kCumulativeCount = 1, kUpperBound };
enum class SpanField : protozero::pbf_tag_type { kOffset = 1, kLength };

template <typename Field>
using Message = protozero::pbf_message<Field>;

Quantile quantileOf(protozero::data_view data) {
  Quantile quantile;
  Message<QuantileField> message(data);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case fixed64(QuantileField::kQuantile):
        quantile.quantile = message.get_double();
        break;
      case fixed64(QuantileField::kValue):
        quantile.value = message.get_double();
        break;
      default:
        message.skip();
    }
  }
  return quantile;
}

Bucket bucketOf(protozero::data_view data) {
  Bucket bucket;
  Message<BucketField> message(data);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint(BucketField::kCumulativeCount):
        bucket.cumulativeCount = message.get_uint64();
        break;
      case fixed64(BucketField::kUpperBound):
        bucket.upperBound = message.get_double();
        break;
      default:
        message.skip();
    }
  }
  return bucket;
}

// Sorted by bound, which must be a number, each once.
template <typename Item>
void order(std::vector<Item>& items, double Item::*bound) {
  const auto isLess = [bound](const Item& a, const Item& b) { return a.*bound < b.*bound; };
  const auto isNone = [bound](const Item& item) { return item.*bound != item.*bound; };
  if (std::any_of(items.begin(), items.end(), isNone)) {
    throw ParseError("protobuf: a bound is no number");
  }
  std::sort(items.begin(), items.end(), isLess);
  const auto isSame = [bound](const Item& a, const Item& b) { return a.*bound == b.*bound; };
  if (std::adjacent_find(items.begin(), items.end(), isSame) != items.end()) {
    throw ParseError("protobuf: a bound comes twice");
  }
}

NativeSpan spanOf(protozero::data_view data) {
  NativeSpan span;
  Message<SpanField> message(data);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint(SpanField::kOffset):
        span.offset = message.get_sint32();
        break;
      case varint(SpanField::kLength):
        span.length = message.get_uint32();
        break;
      default:
        message.skip();
    }
  }
  return span;
}

class HistogramParser {
 public:
  ParsedDistribution parse(protozero::data_view data) {
    Message<HistogramField> message(data);
    while (message.next()) {
      if (!readClassic(message) && !readNative(message)) message.skip();
    }
    order(classic_.buckets, &Bucket::upperBound);
    if (isNative()) {
      requireWhole();
      classic_.native = std::make_shared<const StoredNative>(std::move(native_));
    }
    return std::move(classic_);
  }

 private:
  using Reader = Message<HistogramField>;

  bool readClassic(Reader& message) {
    switch (message.tag_and_type()) {
      case varint(HistogramField::kCount):
        classic_.count = message.get_uint64();
        return true;
      case fixed64(HistogramField::kSum):
        classic_.sum = message.get_double();
        return true;
      case bytes(HistogramField::kBucket):
        classic_.buckets.push_back(bucketOf(message.get_view()));
        return true;
      default:
        return false;
    }
  }

  bool readNative(Reader& message) {
    switch (message.tag_and_type()) {
      case varint(HistogramField::kSchema):
        native_.buckets.schema = message.get_sint32();
        return true;
      case fixed64(HistogramField::kZeroThreshold):
        native_.buckets.zeroThreshold = message.get_double();
        return true;
      case varint(HistogramField::kZeroCount):
        native_.buckets.zeroCount = message.get_uint64();
        return true;
      case bytes(HistogramField::kNegativeSpan):
        native_.negativeSpans.push_back(spanOf(message.get_view()));
        return true;
      case bytes(HistogramField::kPositiveSpan):
        native_.positiveSpans.push_back(spanOf(message.get_view()));
        return true;
      // Writers may leave differences one by one.
      case varint(HistogramField::kNegativeDelta):
        native_.negativeDeltas.push_back(message.get_sint64());
        return true;
      case varint(HistogramField::kPositiveDelta):
        native_.positiveDeltas.push_back(message.get_sint64());
        return true;
      case bytes(HistogramField::kNegativeDelta):
        append(native_.negativeDeltas, message.get_packed_sint64());
        return true;
      case bytes(HistogramField::kPositiveDelta):
        append(native_.positiveDeltas, message.get_packed_sint64());
        return true;
      case fixed64(HistogramField::kFloatCount):
      case fixed64(HistogramField::kFloatZeroCount):
      case fixed64(HistogramField::kNegativeCount):
      case fixed64(HistogramField::kPositiveCount):
        requireNoFractions(message.get_double() == 0);
        return true;
      case bytes(HistogramField::kNegativeCount):
      case bytes(HistogramField::kPositiveCount):
        requireNoFractions(message.get_view().empty());
        return true;
      default:
        return false;
    }
  }

  static void requireNoFractions(bool isNone) {
    if (!isNone) throw ParseError("protobuf: a histogram has counts that may be fractions");
  }
  static void append(std::vector<std::int64_t>& deltas, const auto& packed) {
    deltas.insert(deltas.end(), packed.begin(), packed.end());
  }

  // As Prometheus tells native histograms from those that have classic buckets alone.
  bool isNative() const {
    return !native_.positiveSpans.empty() || !native_.negativeSpans.empty() ||
           native_.buckets.zeroThreshold > 0 || native_.buckets.zeroCount > 0;
  }

  // Prometheus would throw the whole scrape away for one that is not.
  void requireWhole() const {
    const NativeBuckets buckets = native_.view();
    if (!(buckets.zeroThreshold >= 0) || std::isinf(buckets.zeroThreshold) ||
        buckets.schema < FloatHistogram::kCoarsestSchema) {
      throw ParseError("protobuf: a histogram has an unknown schema or zero threshold");
    }
    const FloatHistogram histogram =
        floatHistogramOf({.count = classic_.count, .sum = classic_.sum}, buckets);
    requireValid(histogram);
    const auto add = [](double sum, const FloatHistogram::Bucket& bucket) {
      return sum + bucket.count;
    };
    double all = histogram.zeroCount;
    for (const auto* side : {&histogram.positive, &histogram.negative}) {
      all = std::accumulate(side->begin(), side->end(), all, add);
    }
    // What is not a number is counted and has no bucket.
    const bool mayLack = std::isnan(histogram.sum);
    if (all > histogram.count || (!mayLack && all < histogram.count)) {
      throw ParseError("protobuf: the native buckets of a histogram do not add up to its count");
    }
  }

  ParsedDistribution classic_;
  StoredNative native_;
};

}  // namespace

ParsedDistribution parseSummary(protozero::data_view data) {
  ParsedDistribution summary;
  Message<SummaryField> message(data);
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint(SummaryField::kCount):
        summary.count = message.get_uint64();
        break;
      case fixed64(SummaryField::kSum):
        summary.sum = message.get_double();
        break;
      case bytes(SummaryField::kQuantile):
        summary.quantiles.push_back(quantileOf(message.get_view()));
        break;
      default:
        message.skip();
    }
  }
  order(summary.quantiles, &Quantile::quantile);
  return summary;
}

ParsedDistribution parseHistogram(protozero::data_view data) {
  return HistogramParser().parse(data);
}

}  // namespace orchestrator_exporter
