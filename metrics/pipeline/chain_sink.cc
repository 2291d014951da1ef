#include "metrics/pipeline/chain_sink.h"

#include <limits>
#include <optional>

#include "metrics/base/number_format.h"

namespace orchestrator_exporter::pipeline {

namespace {

constexpr std::string_view kSeriesName = "__name__";

LabelSet labelSetOf(std::string_view name, std::span<const Label> labels) {
  std::vector<LabelSet::Pair> pairs;
  pairs.reserve(labels.size() + 1);
  pairs.emplace_back(kSeriesName, name);
  for (const Label& label : labels) pairs.emplace_back(label.name, label.value);
  return LabelSet(std::move(pairs));
}

std::vector<Label> withoutName(const LabelSet& set, std::string_view leftOut = {}) {
  std::vector<Label> labels;
  for (const auto& [name, value] : set) {
    if (name != kSeriesName && name != leftOut) labels.push_back({name, value});
  }
  return labels;
}

// One of the series that a histogram or summary is.
struct Part {
  std::string suffix;
  std::string place = {};  // the value of le or quantile; empty if there is none
  double value;
};

std::vector<Part> partsOf(const HistogramValue& value) {
  std::vector<Part> parts;
  bool hasInfinity = false;
  for (const Bucket& bucket : value.buckets) {
    hasInfinity = hasInfinity || bucket.upperBound == std::numeric_limits<double>::infinity();
    parts.push_back(
        {"_bucket", numberText(bucket.upperBound), static_cast<double>(bucket.cumulativeCount)});
  }
  if (!hasInfinity) parts.push_back({"_bucket", "+Inf", static_cast<double>(value.count)});
  parts.push_back({"_sum", "", value.sum});
  parts.push_back({"_count", "", static_cast<double>(value.count)});
  return parts;
}

std::vector<Part> partsOf(const SummaryValue& value) {
  std::vector<Part> parts;
  for (const Quantile& each : value.quantiles) {
    parts.push_back({"", numberText(each.quantile), each.value});
  }
  parts.push_back({"_sum", "", value.sum});
  parts.push_back({"_count", "", static_cast<double>(value.count)});
  return parts;
}

bool isSameValue(double a, double b) { return a == b || (a != a && b != b); }

}  // namespace

class ChainSink::Family final : public FamilySink {
 public:
  Family(ChainSink& owner, const FamilyHead& head)
      : owner_(owner), name_(head.name), help_(head.help), unit_(head.unit), type_(head.type) {}

  void sample(double value, std::span<const Label> labels, const SampleExtras& extras) override {
    PassingSample sample{labelSetOf(name_, labels), value};
    Sink* const next = owner_.route_ ? owner_.route_(sample.labels) : &owner_.next_;
    if (next == nullptr || !owner_.pass(sample, type_, extras.created)) return;
    const std::string_view name = sample.labels.get(kSeriesName);
    familyOf(*next, name, type_).sample(sample.value, withoutName(sample.labels), extras);
  }

  void histogram(const HistogramValue& value, std::span<const Label> labels) override {
    Sink* const next = nextOfWhole(labels);
    if (next == nullptr) return;
    const auto whole = passParts(partsOf(value), "le", value.created, labels, *next);
    if (!whole) return;
    familyOf(*next, whole->get(kSeriesName), type_).histogram(value, withoutName(*whole, "le"));
  }

  void summary(const SummaryValue& value, std::span<const Label> labels) override {
    Sink* const next = nextOfWhole(labels);
    if (next == nullptr) return;
    const auto whole = passParts(partsOf(value), "quantile", value.created, labels, *next);
    if (!whole) return;
    familyOf(*next, whole->get(kSeriesName), type_).summary(value, withoutName(*whole, "quantile"));
  }

 private:
  // Sends the parts through the chain. Returns name and labels of the whole if it stays one; else
  // its parts have gone on by themselves, and there is no whole.
  std::optional<LabelSet> passParts(const std::vector<Part>& parts, const std::string& placeLabel,
                                    double created, std::span<const Label> labels, Sink& next) {
    std::vector<PassingSample> left;
    std::optional<LabelSet> whole;
    bool isWhole = true;
    for (const Part& part : parts) {
      PassingSample sample{labelSetOf(name_ + part.suffix, labels), part.value};
      sample.labels.set(placeLabel, part.place);
      if (!owner_.pass(sample, type_, created)) {
        isWhole = false;
        continue;
      }
      LabelSet of = sample.labels;
      const std::string_view name = of.get(kSeriesName);
      isWhole = isWhole && name.ends_with(part.suffix) && of.get(placeLabel) == part.place &&
                isSameValue(sample.value, part.value);
      if (isWhole) {
        of.set(kSeriesName, std::string(name.substr(0, name.size() - part.suffix.size())));
        of.remove(placeLabel);
        isWhole = of.has(kSeriesName) && (!whole || *whole == of);
        if (!whole) whole = of;
      }
      left.push_back(std::move(sample));
    }
    if (isWhole && whole) return whole;
    for (const PassingSample& sample : left) {
      familyOf(next, sample.labels.get(kSeriesName), MetricType::kUntyped)
          .sample(sample.value, withoutName(sample.labels), {});
    }
    return std::nullopt;
  }

  Sink* nextOfWhole(std::span<const Label> labels) const {
    return owner_.route_ ? owner_.route_(labelSetOf(name_ + "_count", labels)) : &owner_.next_;
  }
  FamilySink& familyOf(Sink& next, std::string_view name, MetricType type) const {
    return next.family({name, help_, type, name == name_ ? unit_ : std::string_view()});
  }

  ChainSink& owner_;
  const std::string name_;
  const std::string help_;
  const std::string unit_;
  const MetricType type_;
};

ChainSink::ChainSink(Sink& next, Chain& chain, Time time, Observer observer, Route route)
    : next_(next),
      chain_(chain),
      time_(time),
      observer_(std::move(observer)),
      route_(std::move(route)) {}

ChainSink::~ChainSink() = default;

FamilySink& ChainSink::family(const FamilyHead& head) {
  std::string key(head.name);
  key += static_cast<char>(head.type);
  std::unique_ptr<Family>& known = families_[key];
  if (known == nullptr) known = std::make_unique<Family>(*this, head);
  return *known;
}

bool ChainSink::pass(PassingSample& sample, MetricType type, double created) {
  const LabelSet before = sample.labels;
  const double value = sample.value;
  std::string_view reason = chain_.pass(sample, time_);
  if (reason.empty() && !isNew(sample.labels)) reason = "duplicate";
  if (observer_) observer_({before, sample, value, type, created, reason});
  return reason.empty();
}

bool ChainSink::isNew(const LabelSet& labels) {
  std::string key;
  for (const auto& [name, value] : labels) {
    key += name;
    key += '\xff';  // in no UTF-8
    key += value;
    key += '\xff';
  }
  return series_.insert(std::move(key)).second;
}

}  // namespace orchestrator_exporter::pipeline
