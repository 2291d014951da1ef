#include "metrics/snapshot.h"

namespace orchestrator_exporter {

class Snapshot::Family final : public FamilySink {
 public:
  Family(const FamilyHead& head, Snapshot& owner)
      : name_(head.name), help_(head.help), unit_(head.unit), type_(head.type), owner_(owner) {}

  FamilyHead head() const { return {name_, help_, type_, unit_}; }

  void sample(double value, std::span<const Label> labels, const SampleExtras& extras) override {
    Entry& entry = owner_.append(*this, Kind::kScalar, labels);
    entry.value = value;
    entry.created = extras.created;
  }
  void histogram(const HistogramValue& value, std::span<const Label> labels) override {
    owner_.append(*this, Kind::kHistogram, labels).detail =
        static_cast<std::uint32_t>(owner_.histograms_.size());
    StoredHistogram& stored = owner_.histograms_.emplace_back();
    stored.buckets.assign(value.buckets.begin(), value.buckets.end());
    for (Bucket& bucket : stored.buckets) bucket.exemplar = nullptr;
    stored.value = value;
    stored.value.native = nullptr;
  }
  void summary(const SummaryValue& value, std::span<const Label> labels) override {
    owner_.append(*this, Kind::kSummary, labels).detail =
        static_cast<std::uint32_t>(owner_.summaries_.size());
    StoredSummary& stored = owner_.summaries_.emplace_back();
    stored.quantiles.assign(value.quantiles.begin(), value.quantiles.end());
    stored.value = value;
  }

 private:
  std::string name_;
  std::string help_;
  std::string unit_;
  MetricType type_;
  Snapshot& owner_;
};

Snapshot::Snapshot() = default;
Snapshot::~Snapshot() = default;

FamilySink& Snapshot::family(const FamilyHead& head) {
  // Two types under one name are kept apart: the sink that gets them in the end decides.
  if (const auto known = byName_.find(head.name); known != byName_.end()) {
    for (Family* family : known->second) {
      if (family->head().type == head.type && family->head().help == head.help) return *family;
    }
  }
  Family& made = *families_.emplace_back(std::make_unique<Family>(head, *this));
  byName_[made.head().name].push_back(&made);
  return made;
}

Snapshot::Entry& Snapshot::append(const Family& family, Kind kind, std::span<const Label> labels) {
  const auto labelBegin = static_cast<std::uint32_t>(labels_.size());
  for (const Label& label : labels) {
    labels_.push_back({static_cast<std::uint32_t>(texts_.size()),
                       static_cast<std::uint32_t>(label.name.size()),
                       static_cast<std::uint32_t>(label.value.size())});
    texts_.append(label.name);
    texts_.append(label.value);
  }
  return entries_.emplace_back(
      Entry{&family, kind, labelBegin, static_cast<std::uint32_t>(labels.size()), 0, 0, 0});
}

void Snapshot::replay(Sink& out) const {
  std::vector<Label> labels;
  for (const Entry& entry : entries_) {
    labels.clear();
    for (std::uint32_t i = 0; i < entry.labelCount; ++i) {
      const StoredLabel& stored = labels_[entry.labelBegin + i];
      const std::string_view text =
          texts_.view(stored.begin, stored.begin + stored.nameBytes + stored.valueBytes);
      labels.push_back({text.substr(0, stored.nameBytes), text.substr(stored.nameBytes)});
    }
    replayOne(entry, out.family(entry.family->head()), labels);
  }
}

void Snapshot::replayOne(const Entry& entry, FamilySink& out, std::vector<Label>& labels) const {
  switch (entry.kind) {
    case Kind::kScalar:
      out.sample(entry.value, labels, {.created = entry.created});
      break;
    case Kind::kHistogram: {
      HistogramValue value = histograms_[entry.detail].value;
      value.buckets = histograms_[entry.detail].buckets;
      out.histogram(value, labels);
      break;
    }
    case Kind::kSummary: {
      SummaryValue value = summaries_[entry.detail].value;
      value.quantiles = summaries_[entry.detail].quantiles;
      out.summary(value, labels);
      break;
    }
  }
}

void Snapshot::clear() {
  constexpr std::size_t kKeptBytes = std::size_t{1} << 20;
  entries_.clear();
  labels_.clear();
  histograms_.clear();
  summaries_.clear();
  if (texts_.capacity() <= kKeptBytes) {
    texts_.clear();
    return;
  }
  texts_.clearAndShrinkAbove(kKeptBytes);
  entries_.shrink_to_fit();
  labels_.shrink_to_fit();
  byName_.clear();
  families_.clear();
}

}  // namespace orchestrator_exporter
