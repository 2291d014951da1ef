#include "metrics/exposition/protobuf_writer.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <protozero/pbf_builder.hpp>
#include <protozero/varint.hpp>
#include <vector>

#include "metrics/base/names.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/escaping.h"
#include "metrics/label_text.h"

namespace orchestrator_exporter {

namespace {

// Field numbers of io.prometheus.client, package io.prometheus.client in metrics.proto.
enum class FamilyField : protozero::pbf_tag_type { kName = 1, kHelp, kType, kMetric, kUnit };
enum class MetricField : protozero::pbf_tag_type {
  kLabel = 1,
  kGauge,
  kCounter,
  kSummary,
  kUntyped,
  kTimestamp,
  kHistogram,
};
enum class LabelField : protozero::pbf_tag_type { kName = 1, kValue };
enum class CounterField : protozero::pbf_tag_type { kValue = 1, kExemplar, kCreated };
enum class QuantileField : protozero::pbf_tag_type { kQuantile = 1, kValue };
enum class SummaryField : protozero::pbf_tag_type { kCount = 1, kSum, kQuantile, kCreated };
enum class BucketField : protozero::pbf_tag_type { kCumulativeCount = 1, kUpperBound, kExemplar };
enum class ExemplarField : protozero::pbf_tag_type { kLabel = 1, kValue, kTimestamp };
enum class TimestampField : protozero::pbf_tag_type { kSeconds = 1, kNanos };
enum class SpanField : protozero::pbf_tag_type { kOffset = 1, kLength };
enum class HistogramField : protozero::pbf_tag_type {
  kSampleCount = 1,
  kSampleSum = 2,
  kBucket = 3,
  kSchema = 5,
  kZeroThreshold = 6,
  kZeroCount = 7,
  kNegativeSpan = 9,
  kNegativeDelta = 10,
  kPositiveSpan = 12,
  kPositiveDelta = 13,
  kCreated = 15,
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <typename Field>
using Message = protozero::pbf_builder<Field>;

// Adds google.protobuf.Timestamp where the time is known.
template <typename Field>
void addTime(Message<Field>& parent, Field field, double seconds) {
  if (!(seconds > 0)) return;
  const double whole = std::floor(seconds);
  Message<TimestampField> time(parent, field);
  time.add_int64(TimestampField::kSeconds, static_cast<std::int64_t>(whole));
  time.add_int32(TimestampField::kNanos, static_cast<std::int32_t>((seconds - whole) * 1e9));
}

std::int32_t typeNumber(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return 0;
    case MetricType::kSummary:
      return 2;
    case MetricType::kUntyped:
      return 3;
    case MetricType::kHistogram:
      return 4;
    default:
      return 1;
  }
}

MetricField valueField(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return MetricField::kCounter;
    case MetricType::kUntyped:
      return MetricField::kUntyped;
    default:
      return MetricField::kGauge;
  }
}

// One MetricFamily: its metrics are encoded as they come, as field 4 of the family, into the body;
// the head with the length of the whole is written last.
class ProtobufFamily final : public FamilyBody {
 public:
  ProtobufFamily(const FamilyHead& head, Refusals& refusals, const ExpositionOptions& options)
      : FamilyBody(head, refusals, options.escaping), options_(options) {}

  std::string_view header() override;

 protected:
  Key encodeSample(double value, std::span<const Label> labels,
                   const SampleExtras& extras) override;
  Key encodePrepared(double value, std::string_view labelText, const SampleExtras& extras) override;
  Key encodeHistogram(const HistogramValue& value, std::span<const Label> labels) override;
  Key encodeSummary(const SummaryValue& value, std::span<const Label> labels) override;
  void headChanged() override {}

 private:
  template <typename Field>
  void addLabel(Message<Field>& parent, Field field, const Label& label) const;
  template <typename Field>
  void addExemplar(Message<Field>& parent, Field field, const Exemplar* exemplar) const;
  void addNative(Message<HistogramField>& histogram, const NativeBuckets& native) const;
  template <typename AddValue>
  Key encodeMetric(std::span<const Label> labels, AddValue addValue);

  const ExpositionOptions& options_;
  std::string metric_;
  std::string family_;
  std::string head_;
};

template <typename Field>
void ProtobufFamily::addLabel(Message<Field>& parent, Field field, const Label& label) const {
  Message<LabelField> pair(parent, field);
  const std::string name = isLegalLabelName(label.name)
                               ? std::string(label.name)
                               : escapeLabelName(label.name, options_.escaping);
  pair.add_string(LabelField::kName, name);
  if (!isUtf8(label.value)) {
    pair.add_string(LabelField::kValue, toUtf8(label.value));
  } else {
    pair.add_string(LabelField::kValue, label.value.data(), label.value.size());
  }
}

template <typename Field>
void ProtobufFamily::addExemplar(Message<Field>& parent, Field field,
                                 const Exemplar* exemplar) const {
  if (exemplar == nullptr) return;
  Message<ExemplarField> message(parent, field);
  for (const Label& label : exemplar->labels) addLabel(message, ExemplarField::kLabel, label);
  message.add_double(ExemplarField::kValue, exemplar->value);
  addTime(message, ExemplarField::kTimestamp, exemplar->timestamp);
}

// Wraps what addValue(message) adds into a Metric. The labels come first and tell series apart.
template <typename AddValue>
FamilyBody::Key ProtobufFamily::encodeMetric(std::span<const Label> labels, AddValue addValue) {
  metric_.clear();
  Message<MetricField> message(metric_);
  for (const Label& label : labels) addLabel(message, MetricField::kLabel, label);
  const std::size_t labelBytes = metric_.size();
  addValue(message);

  family_.clear();
  Message<FamilyField>(family_).add_message(FamilyField::kMetric, metric_);
  const std::size_t begin = body_.size() + family_.size() - metric_.size();
  body_.append(family_);
  return {begin, begin + labelBytes};
}

FamilyBody::Key ProtobufFamily::encodeSample(double value, std::span<const Label> labels,
                                             const SampleExtras& extras) {
  return encodeMetric(labels, [&](Message<MetricField>& metric) {
    // Gauge and Untyped have the same single field as Counter's first.
    Message<CounterField> scalar(metric, valueField(type()));
    scalar.add_double(CounterField::kValue, value);
    if (type() != MetricType::kCounter) return;
    addExemplar(scalar, CounterField::kExemplar, extras.exemplar);
    addTime(scalar, CounterField::kCreated, extras.created);
  });
}

FamilyBody::Key ProtobufFamily::encodePrepared(double value, std::string_view labelText,
                                               const SampleExtras& extras) {
  const ParsedLabels labels(labelText);
  return encodeSample(value, labels.view(), extras);
}

void ProtobufFamily::addNative(Message<HistogramField>& histogram,
                               const NativeBuckets& native) const {
  histogram.add_sint32(HistogramField::kSchema, native.schema);
  histogram.add_double(HistogramField::kZeroThreshold, native.zeroThreshold);
  histogram.add_uint64(HistogramField::kZeroCount, native.zeroCount);
  const auto addSpan = [&](HistogramField field, const NativeSpan& span) {
    Message<SpanField> message(histogram, field);
    message.add_sint32(SpanField::kOffset, span.offset);
    message.add_uint32(SpanField::kLength, span.length);
  };
  for (const NativeSpan& span : native.negativeSpans) addSpan(HistogramField::kNegativeSpan, span);
  histogram.add_packed_sint64(HistogramField::kNegativeDelta, native.negativeDeltas.begin(),
                              native.negativeDeltas.end());
  // An empty span marks a histogram without observations as native.
  if (native.positiveSpans.empty() && native.negativeSpans.empty()) {
    addSpan(HistogramField::kPositiveSpan, {});
  }
  for (const NativeSpan& span : native.positiveSpans) addSpan(HistogramField::kPositiveSpan, span);
  histogram.add_packed_sint64(HistogramField::kPositiveDelta, native.positiveDeltas.begin(),
                              native.positiveDeltas.end());
}

FamilyBody::Key ProtobufFamily::encodeHistogram(const HistogramValue& value,
                                                std::span<const Label> labels) {
  return encodeMetric(labels, [&](Message<MetricField>& metric) {
    Message<HistogramField> histogram(metric, MetricField::kHistogram);
    histogram.add_uint64(HistogramField::kSampleCount, value.count);
    histogram.add_double(HistogramField::kSampleSum, value.sum);
    const auto addBucket = [&](const Bucket& bucket) {
      Message<BucketField> message(histogram, HistogramField::kBucket);
      message.add_uint64(BucketField::kCumulativeCount, bucket.cumulativeCount);
      message.add_double(BucketField::kUpperBound, bucket.upperBound);
      addExemplar(message, BucketField::kExemplar, bucket.exemplar);
    };
    for (const Bucket& bucket : value.buckets) addBucket(bucket);
    const bool native = options_.nativeHistograms && value.native != nullptr;
    if (native) addNative(histogram, *value.native);
    // The bucket without a bound goes without saying, unless there is no other.
    if (value.buckets.empty() && !native) addBucket({kInfinity, value.count});
    addTime(histogram, HistogramField::kCreated, value.created);
  });
}

FamilyBody::Key ProtobufFamily::encodeSummary(const SummaryValue& value,
                                              std::span<const Label> labels) {
  return encodeMetric(labels, [&](Message<MetricField>& metric) {
    Message<SummaryField> summary(metric, MetricField::kSummary);
    summary.add_uint64(SummaryField::kCount, value.count);
    summary.add_double(SummaryField::kSum, value.sum);
    for (const Quantile& quantile : value.quantiles) {
      Message<QuantileField> message(summary, SummaryField::kQuantile);
      message.add_double(QuantileField::kQuantile, quantile.quantile);
      message.add_double(QuantileField::kValue, quantile.value);
    }
    addTime(summary, SummaryField::kCreated, value.created);
  });
}

std::string_view ProtobufFamily::header() {
  family_.clear();
  Message<FamilyField> message(family_);
  message.add_string(FamilyField::kName, shownName());
  message.add_string(FamilyField::kHelp, help().data(), help().size());
  message.add_enum(FamilyField::kType, typeNumber(type()));
  if (!unit().empty()) message.add_string(FamilyField::kUnit, unit().data(), unit().size());
  head_.clear();
  protozero::add_varint_to_buffer(&head_, family_.size() + body_.size());
  head_ += family_;
  return head_;
}

}  // namespace

std::unique_ptr<FamilyBody> ProtobufWriter::makeFamily(const FamilyHead& head, Refusals& refusals) {
  return std::make_unique<ProtobufFamily>(head, refusals, options_);
}

}  // namespace orchestrator_exporter
