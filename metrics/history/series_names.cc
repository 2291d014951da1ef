#include "metrics/history/series_names.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "metrics/base/number_format.h"
#include "metrics/base/utf8.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::history {

namespace {

constexpr std::string_view kName = "__name__";

bool byName(const Label& a, const Label& b) { return a.name < b.name; }

bool haveAscendingBounds(std::span<const Bucket> buckets) {
  const auto rises = [](const Bucket& a, const Bucket& b) { return a.upperBound < b.upperBound; };
  const auto fault = std::ranges::adjacent_find(
      buckets, [&](const Bucket& a, const Bucket& b) { return !rises(a, b); });
  return fault == buckets.end() && (buckets.empty() || !std::isnan(buckets.front().upperBound));
}

}  // namespace

class SeriesNames::Family final : public FamilySink {
 public:
  Family(const FamilyHead& head, bool usable, SeriesNames& names)
      : name_(head.name), type_(head.type), usable_(usable), names_(names) {}

  void sample(double, std::span<const Label> labels, const SampleExtras&) override {
    const bool fits = type_ != MetricType::kHistogram && type_ != MetricType::kSummary;
    if (!usable_ || !fits || !names_.begin(labels)) return names_.leaveOut(1);
    names_.give(name_);
  }

  void histogram(const HistogramValue& value, std::span<const Label> labels) override {
    const bool isWhole = endsInInfinity(value.buckets);
    if (!usable_ || type_ != MetricType::kHistogram || !haveAscendingBounds(value.buckets) ||
        !names_.begin(labels)) {
      return names_.leaveOut(value.buckets.size() + (isWhole ? 2 : 3));
    }
    const std::string bucketName = name_ + "_bucket";
    for (const Bucket& bucket : value.buckets) names_.give(bucketName, "le", bucket.upperBound);
    if (!isWhole) names_.give(bucketName, "le", INFINITY);
    giveTotals();
  }

  void summary(const SummaryValue& value, std::span<const Label> labels) override {
    if (!usable_ || type_ != MetricType::kSummary || !names_.begin(labels)) {
      return names_.leaveOut(value.quantiles.size() + 2);
    }
    for (const Quantile& quantile : value.quantiles) {
      names_.give(name_, "quantile", quantile.quantile);
    }
    giveTotals();
  }

  std::string_view name() const { return name_; }

 private:
  void giveTotals() {
    names_.give(name_ + "_sum");
    names_.give(name_ + "_count");
  }

  const std::string name_;
  const MetricType type_;
  const bool usable_;
  SeriesNames& names_;
};

SeriesNames::SeriesNames(const LabelSet& external, std::unordered_set<std::string> nameless,
                         Take take)
    : external_(external), nameless_(std::move(nameless)), take_(std::move(take)) {}
SeriesNames::~SeriesNames() = default;

FamilySink& SeriesNames::family(const FamilyHead& head) {
  const auto known = types_.find(head.name);
  // Of two types of one name, the one that was asked for first counts.
  const bool usable = !head.name.empty() && isUtf8(head.name) &&
                      (known == types_.end() || known->second == head.type) &&
                      (nameless_.empty() || !nameless_.contains(std::string(head.name)));
  Family& made = families_.emplace_back(head, usable, *this);
  if (known == types_.end()) types_.emplace(made.name(), head.type);
  return made;
}

void SeriesNames::leaveOut(std::size_t series) {
  for (; series > 0; --series) take_({});
}

bool SeriesNames::keep(const Label& label) {
  if (label.name.empty() || label.name == kName || !isUtf8(label.name)) return false;
  if (label.value.empty()) return true;
  shared_.push_back(
      {label.name, isUtf8(label.value) ? label.value : keepText(toUtf8(label.value))});
  return true;
}

// A label of the reading makes room for one that Prometheus gives.
void SeriesNames::renameExposed() {
  const auto isTaken = [&](std::string_view name) {
    return external_.has(name) || std::ranges::find(shared_, name, &Label::name) != shared_.end();
  };
  for (Label& label : shared_) {
    if (!external_.has(label.name)) continue;
    std::string renamed = "exported_" + std::string(label.name);
    while (isTaken(renamed)) renamed.insert(0, "exported_");
    label.name = keepText(std::move(renamed));
  }
}

bool SeriesNames::begin(std::span<const Label> labels) {
  shared_.clear();
  texts_.clear();
  for (const Label& label : labels) {
    if (!keep(label)) return false;
  }
  std::ranges::sort(shared_, byName);
  const auto isSame = [](const Label& a, const Label& b) { return a.name == b.name; };
  if (std::ranges::adjacent_find(shared_, isSame) != shared_.end()) return false;
  renameExposed();
  for (const auto& [name, value] : external_) shared_.push_back({name, value});
  std::ranges::sort(shared_, byName);
  return true;
}

void SeriesNames::give(std::string_view name, std::string_view bound, double value) {
  const auto insert = [&](const Label& label) {
    whole_.insert(std::ranges::lower_bound(whole_, label, byName), label);
  };
  whole_ = shared_;
  insert({kName, name});
  if (!bound.empty()) {
    if (std::ranges::find(shared_, bound, &Label::name) != shared_.end()) return take_({});
    number_.clear();
    appendBound(number_, value, true);
    insert({bound, number_.view()});
  }
  take_(whole_);
}

}  // namespace orchestrator_exporter::history
