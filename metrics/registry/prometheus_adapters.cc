#include "metrics/registry/prometheus_adapters.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "metrics/base/names.h"
#include "metrics/base/text_buffer.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

// Later versions than 1.0 know infos; this is how to ask without needing one.
template <typename Type>
constexpr bool isInfo(Type type) {
  if constexpr (requires { Type::Info; }) {
    return type == Type::Info;
  } else {
    return false;
  }
}

MetricType typeOf(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return MetricType::kCounter;
    case prometheus::MetricType::Gauge:
      return MetricType::kGauge;
    case prometheus::MetricType::Summary:
      return MetricType::kSummary;
    case prometheus::MetricType::Histogram:
      return MetricType::kHistogram;
    default:
      return isInfo(type) ? MetricType::kInfo : MetricType::kUntyped;
  }
}

void giveHistogram(const prometheus::ClientMetric::Histogram& histogram,
                   std::span<const Label> labels, FamilySink& sink) {
  std::vector<Bucket> buckets;
  buckets.reserve(histogram.bucket.size());
  for (const auto& bucket : histogram.bucket) {
    buckets.push_back({bucket.upper_bound, bucket.cumulative_count, nullptr});
  }
  sink.histogram({buckets, histogram.sample_count, histogram.sample_sum, 0, nullptr}, labels);
}

void giveSummary(const prometheus::ClientMetric::Summary& summary, std::span<const Label> labels,
                 FamilySink& sink) {
  std::vector<Quantile> quantiles;
  quantiles.reserve(summary.quantile.size());
  for (const auto& quantile : summary.quantile) {
    quantiles.push_back({quantile.quantile, quantile.value});
  }
  sink.summary({quantiles, summary.sample_count, summary.sample_sum, 0}, labels);
}

void giveMetric(MetricType type, const prometheus::ClientMetric& metric, FamilySink& sink) {
  std::vector<Label> labels;
  labels.reserve(metric.label.size());
  for (const auto& label : metric.label) labels.push_back({label.name, label.value});
  switch (type) {
    case MetricType::kCounter:
      return sink.sample(metric.counter.value, labels, {});
    case MetricType::kGauge:
      return sink.sample(metric.gauge.value, labels, {});
    case MetricType::kInfo:
    case MetricType::kStateSet:
      return sink.sample(1, labels, {});
    case MetricType::kHistogram:
      return giveHistogram(metric.histogram, labels, sink);
    case MetricType::kSummary:
      return giveSummary(metric.summary, labels, sink);
    case MetricType::kUntyped:
      return sink.sample(metric.untyped.value, labels, {});
  }
}

prometheus::MetricType prometheusTypeOf(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return prometheus::MetricType::Counter;
    case MetricType::kHistogram:
      return prometheus::MetricType::Histogram;
    case MetricType::kSummary:
      return prometheus::MetricType::Summary;
    case MetricType::kUntyped:
      return prometheus::MetricType::Untyped;
    case MetricType::kGauge:
    case MetricType::kInfo:
    case MetricType::kStateSet:
      break;
  }
  return prometheus::MetricType::Gauge;
}

std::string escapedHelp(std::string_view help) {
  TextBuffer text;
  appendEscaped(text, help, false);
  return std::string(text.view());
}

}  // namespace

void giveMetricFamilies(const std::vector<prometheus::MetricFamily>& families, Sink& out) {
  for (const prometheus::MetricFamily& family : families) {
    const MetricType type = typeOf(family.type);
    const bool info = type == MetricType::kInfo && !family.name.ends_with("_info");
    const std::string name = info ? family.name + "_info" : family.name;
    FamilySink& sink = out.family({name, family.help, type, {}});
    for (const prometheus::ClientMetric& metric : family.metric) giveMetric(type, metric, sink);
  }
}

// One family in the making, or, with nowhere to put them, a taker of samples to be left out.
class MetricFamilySink::Gathered final : public FamilySink {
 public:
  explicit Gathered(const FamilyHead& head) : type(head.type) {
    family.name = head.name;
    family.help = escapedHelp(head.help);
    family.type = prometheusTypeOf(head.type);
  }

  void sample(double value, std::span<const Label> labels, const SampleExtras&) override {
    prometheus::ClientMetric* metric =
        add(labels, family.type != prometheus::MetricType::Histogram &&
                        family.type != prometheus::MetricType::Summary);
    if (metric == nullptr) return;
    metric->counter.value = value;
    metric->gauge.value = value;
    metric->untyped.value = value;
  }

  void histogram(const HistogramValue& value, std::span<const Label> labels) override {
    auto* metric = add(labels, family.type == prometheus::MetricType::Histogram);
    if (metric == nullptr) return;
    metric->histogram.sample_count = value.count;
    metric->histogram.sample_sum = value.sum;
    for (const Bucket& bucket : value.buckets) {
      auto& made = metric->histogram.bucket.emplace_back();
      made.upper_bound = bucket.upperBound;
      made.cumulative_count = bucket.cumulativeCount;
    }
  }

  void summary(const SummaryValue& value, std::span<const Label> labels) override {
    auto* metric = add(labels, family.type == prometheus::MetricType::Summary);
    if (metric == nullptr) return;
    metric->summary.sample_count = value.count;
    metric->summary.sample_sum = value.sum;
    for (const Quantile& quantile : value.quantiles) {
      auto& made = metric->summary.quantile.emplace_back();
      made.quantile = quantile.quantile;
      made.value = quantile.value;
    }
  }

  const MetricType type;
  prometheus::MetricFamily family;

 private:
  // A new metric with these labels; null for one that must be left out.
  prometheus::ClientMetric* add(std::span<const Label> labels, bool rightKind) {
    if (!rightKind) return nullptr;
    prometheus::ClientMetric metric;
    for (const Label& label : labels) {
      if (!isLegalLabelName(label.name)) return nullptr;
      auto& made = metric.label.emplace_back();
      made.name = label.name;
      made.value = toUtf8(label.value);
    }
    std::sort(metric.label.begin(), metric.label.end());
    std::string key;
    for (const auto& label : metric.label) key += label.name + '\0' + label.value + '\0';
    if (!seen_.insert(std::move(key)).second) return nullptr;
    family.metric.push_back(std::move(metric));
    return &family.metric.back();
  }

  std::unordered_set<std::string> seen_;
};

// For samples that no family can take.
class MetricFamilySink::Ignored final : public FamilySink {
  void sample(double, std::span<const Label>, const SampleExtras&) override {}
  void histogram(const HistogramValue&, std::span<const Label>) override {}
  void summary(const SummaryValue&, std::span<const Label>) override {}
};

MetricFamilySink::MetricFamilySink() = default;
MetricFamilySink::~MetricFamilySink() = default;

FamilySink& MetricFamilySink::family(const FamilyHead& head) {
  static Ignored ignored;  // has no state
  if (!isLegalMetricName(head.name)) return ignored;
  if (const auto found = byName_.find(head.name); found != byName_.end()) {
    return found->second->type == head.type ? static_cast<FamilySink&>(*found->second) : ignored;
  }
  Gathered& made = *families_.emplace_back(std::make_unique<Gathered>(head));
  byName_.emplace(made.family.name, &made);
  return made;
}

std::vector<prometheus::MetricFamily> MetricFamilySink::take() {
  byName_.clear();
  std::vector<prometheus::MetricFamily> taken;
  for (const auto& one : families_) {
    if (!one->family.metric.empty()) taken.push_back(std::move(one->family));
  }
  families_.clear();
  return taken;
}

}  // namespace orchestrator_exporter
