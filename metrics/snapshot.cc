#include "metrics/snapshot.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <random>
#include <utility>

#include "metrics/base/identity_hash.h"
#include "metrics/resting_value.h"
#include "metrics/stored_native.h"

namespace orchestrator_exporter {

bool endsInInfinity(std::span<const Bucket> buckets) {
  return !buckets.empty() && buckets.back().upperBound == std::numeric_limits<double>::infinity();
}

struct Snapshot::StoredNative : orchestrator_exporter::StoredNative {
  using orchestrator_exporter::StoredNative::StoredNative;
};

namespace {

constexpr std::uint64_t kOdd = 0xD1B54A32D192ED03u;

// Nobody who sends series can make two layouts look alike.
std::uint64_t hashSeed() {
  static const std::uint64_t seed =
      std::uint64_t{std::random_device{}()} << 32 | std::random_device{}();
  return seed;
}

std::uint64_t hashOf(const FamilyHead& head) {
  std::uint64_t hash = hashSeed() + static_cast<std::uint64_t>(head.type);
  for (const std::string_view text : {head.name, head.help, head.unit}) {
    hash = identityHash(text, hash);
  }
  return hash;
}

}  // namespace

class Snapshot::Family final : public FamilySink {
 public:
  Family(const FamilyHead& head, std::size_t index, Snapshot& owner)
      : name_(head.name),
        help_(head.help),
        unit_(head.unit),
        type_(head.type),
        hash_(hashOf(head)),
        index_(index),
        owner_(owner) {}

  FamilyHead head() const { return {name_, help_, type_, unit_}; }
  std::size_t index() const { return index_; }
  std::uint64_t hash() const { return hash_; }
  bool is(const FamilyHead& head) const {
    return type_ == head.type && name_ == head.name && help_ == head.help && unit_ == head.unit;
  }

  void sample(double value, std::span<const Label> labels, const SampleExtras& extras) override {
    Entry& entry = owner_.append(*this, Kind::kScalar, labels);
    entry.detail = owner_.keep(extras.exemplar);
    entry.value = value;
    entry.created = extras.created;
  }
  void preparedSample(double value, std::string_view labelText,
                      const SampleExtras& extras) override {
    Entry& entry = owner_.append(*this, Kind::kPrepared, {});
    entry.labels = owner_.labels_.keepText(labelText);
    entry.detail = owner_.keep(extras.exemplar);
    entry.value = value;
    entry.created = extras.created;
  }
  void sharedSample(double value, const SharedLabels& labels, const Exemplar* exemplar) override {
    owner_.append(*this, {labels, value}, exemplar);
  }
  void histogram(const HistogramValue& value, std::span<const Label> labels) override {
    StoredHistogram stored{{value.buckets.begin(), value.buckets.end()}, {}, kNone, value};
    for (std::size_t i = 0; i < stored.buckets.size(); ++i) {
      if (stored.buckets[i].exemplar == nullptr) continue;
      stored.exemplars.resize(stored.buckets.size(), kNone);
      stored.exemplars[i] = owner_.keep(stored.buckets[i].exemplar);
      stored.buckets[i].exemplar = nullptr;
    }
    if (value.native != nullptr) {
      stored.native = static_cast<std::uint32_t>(owner_.natives_.size());
      owner_.natives_.emplace_back(*value.native);
      stored.value.native = nullptr;
    }
    owner_.append(*this, Kind::kHistogram, labels).detail =
        static_cast<std::uint32_t>(owner_.histograms_.size());
    owner_.histograms_.push_back(std::move(stored));
  }
  void summary(const SummaryValue& value, std::span<const Label> labels) override {
    owner_.append(*this, Kind::kSummary, labels).detail =
        static_cast<std::uint32_t>(owner_.summaries_.size());
    owner_.summaries_.push_back({{value.quantiles.begin(), value.quantiles.end()}, value});
  }

  Family* askedNext = nullptr;  // the family that was asked for after this one last time

 private:
  std::string name_;
  std::string help_;
  std::string unit_;
  MetricType type_;
  std::uint64_t hash_;
  std::size_t index_;
  Snapshot& owner_;
};

Snapshot::Snapshot() = default;
Snapshot::~Snapshot() = default;

// Two types under one name are kept apart: the sink that gets them in the end decides.
Snapshot::Family& Snapshot::find(const FamilyHead& head) {
  std::vector<Family*>& known = byName_[head.name];
  for (Family* family : known) {
    if (family->is(head)) return *family;
  }
  Family& made = *families_.emplace_back(std::make_unique<Family>(head, families_.size(), *this));
  if (known.empty()) {
    // The key must live as long as the family does.
    byName_.erase(head.name);
    byName_[made.head().name].push_back(&made);
  } else {
    known.push_back(&made);
  }
  return made;
}

// Sources ask for the same families in the same order each time, so the next one is mostly known.
FamilySink& Snapshot::ask(const FamilyHead& head, Kind kind) {
  Family* asked = lastAsked_ == nullptr ? nullptr : lastAsked_->askedNext;
  if (asked == nullptr || !asked->is(head)) asked = &find(head);
  if (lastAsked_ != nullptr) lastAsked_->askedNext = asked;
  lastAsked_ = asked;
  entries_.push_back({asked, kind, {}, kNone, 0, 0});
  return *asked;
}

Snapshot::LabelRange Snapshot::Labels::keep(std::span<const Label> labels) {
  const auto begin = static_cast<std::uint32_t>(all_.size());
  for (const Label& label : labels) {
    all_.push_back({static_cast<std::uint32_t>(texts_.size()),
                    static_cast<std::uint32_t>(label.name.size()),
                    static_cast<std::uint32_t>(label.value.size())});
    texts_.append(label.name);
    texts_.append(label.value);
  }
  return {begin, static_cast<std::uint32_t>(labels.size())};
}

Snapshot::LabelRange Snapshot::Labels::keepText(std::string_view text) {
  const auto begin = static_cast<std::uint32_t>(texts_.size());
  texts_.append(text);
  return {begin, static_cast<std::uint32_t>(text.size())};
}

void Snapshot::Labels::load(LabelRange range, std::vector<Label>& labels) const {
  labels.clear();
  for (std::uint32_t i = range.begin; i < range.begin + range.count; ++i) {
    const Stored& stored = all_[i];
    const std::string_view text =
        texts_.view(stored.begin, stored.begin + stored.nameBytes + stored.valueBytes);
    labels.push_back({text.substr(0, stored.nameBytes), text.substr(stored.nameBytes)});
  }
}

std::string_view Snapshot::Labels::text(LabelRange range) const {
  return texts_.view(range.begin, range.begin + range.count);
}

std::uint64_t Snapshot::Labels::hash(std::uint64_t seed) const {
  const std::string_view lengths(reinterpret_cast<const char*>(all_.data()),
                                 all_.size() * sizeof(Stored));
  return identityHash(texts_.view(), identityHash(lengths, seed));
}

void Snapshot::Labels::clear() {
  all_.clear();
  texts_.clear();
}

std::uint32_t Snapshot::keep(const Exemplar* exemplar) {
  if (exemplar == nullptr) return kNone;
  exemplars_.push_back(
      {exemplarLabels_.keep(exemplar->labels), exemplar->value, exemplar->timestamp});
  return static_cast<std::uint32_t>(exemplars_.size() - 1);
}

Snapshot::Entry& Snapshot::append(Family& family, Kind kind, std::span<const Label> labels) {
  ++samples_;
  return entries_.emplace_back(Entry{&family, kind, labels_.keep(labels), kNone, 0, 0});
}

// What has no exemplar joins the row before it.
void Snapshot::append(Family& family, SharedSample sample, const Exemplar* exemplar) {
  ++samples_;
  const auto at = static_cast<std::uint32_t>(shared_.size());
  shared_.push_back(std::move(sample));
  const auto isJoined = [&](const Entry& before) {
    return before.family == &family && before.kind == Kind::kShared && before.detail == kNone;
  };
  if (exemplar == nullptr && !entries_.empty() && isJoined(entries_.back())) {
    ++entries_.back().labels.count;
  } else {
    entries_.push_back({&family, Kind::kShared, {at, 1}, keep(exemplar), 0, 0});
  }
}

void Snapshot::replay(Sink& out) const {
  std::vector<FamilySink*> sinks(families_.size());
  std::vector<Label> labels;
  for (const Entry& entry : entries_) {
    FamilySink*& sink = sinks[entry.family->index()];
    if (entry.kind == Kind::kAsk) {
      sink = &out.family(entry.family->head());
    } else if (entry.kind == Kind::kAskUnique) {
      sink = &out.uniqueFamily(entry.family->head());
    } else {
      give(entry, *sink, labels);
    }
  }
}

void Snapshot::replayNatives(Sink& out) const {
  std::vector<Label> labels;
  for (const Entry& entry : entries_) {
    if (entry.kind != Kind::kHistogram || histograms_[entry.detail].native == kNone) continue;
    replayHistogram(entry, out.family(entry.family->head()), labels);
  }
}

void Snapshot::replayExemplars(Sink& out) const {
  std::vector<Label> labels;
  for (const Entry& entry : entries_) {
    if (hasExemplar(entry)) give(entry, out.family(entry.family->head()), labels);
  }
}

bool Snapshot::hasExemplar(const Entry& entry) const {
  if (entry.kind == Kind::kHistogram) return !histograms_[entry.detail].exemplars.empty();
  return (entry.kind == Kind::kScalar || entry.kind == Kind::kPrepared ||
          entry.kind == Kind::kShared) &&
         entry.detail != kNone;
}

void Snapshot::give(const Entry& entry, FamilySink& out, std::vector<Label>& labels) const {
  if (entry.kind == Kind::kHistogram) return replayHistogram(entry, out, labels);
  if (entry.kind == Kind::kSummary) {
    SummaryValue value = summaries_[entry.detail].value;
    value.quantiles = summaries_[entry.detail].quantiles;
    labels_.load(entry.labels, labels);
    return out.summary(value, labels);
  }
  SampleExtras extras{.created = entry.created};
  std::vector<Label> exemplarLabels;
  Exemplar exemplar;
  if (entry.detail != kNone) {
    const StoredExemplar& stored = exemplars_[entry.detail];
    exemplarLabels_.load(stored.labels, exemplarLabels);
    exemplar = {exemplarLabels, stored.value, stored.timestamp};
    extras.exemplar = &exemplar;
  }
  if (entry.kind == Kind::kShared) {
    for (const SharedSample& sample : sharedOf(entry)) {
      out.sharedSample(sample.value, sample.labels, extras.exemplar);
    }
    return;
  }
  if (entry.kind == Kind::kPrepared) {
    return out.preparedSample(entry.value, labels_.text(entry.labels), extras);
  }
  labels_.load(entry.labels, labels);
  out.sample(entry.value, labels, extras);
}

void Snapshot::replayHistogram(const Entry& entry, FamilySink& out,
                               std::vector<Label>& labels) const {
  const StoredHistogram& stored = histograms_[entry.detail];
  HistogramValue value = stored.value;
  std::vector<Bucket> buckets;
  std::deque<std::vector<Label>> exemplarLabels;
  std::deque<Exemplar> exemplars;
  value.buckets = stored.buckets;
  if (!stored.exemplars.empty()) {
    buckets = stored.buckets;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      if (stored.exemplars[i] == kNone) continue;
      const StoredExemplar& one = exemplars_[stored.exemplars[i]];
      exemplarLabels_.load(one.labels, exemplarLabels.emplace_back());
      buckets[i].exemplar =
          &exemplars.emplace_back(Exemplar{exemplarLabels.back(), one.value, one.timestamp});
    }
    value.buckets = buckets;
  }
  NativeBuckets native;
  if (stored.native != kNone) {
    native = natives_[stored.native].view();
    value.native = &native;
  }
  labels_.load(entry.labels, labels);
  out.histogram(value, labels);
}

std::uint64_t Snapshot::newLayout() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

// Of the upper bounds or the quantiles that stand for series of their own, beyond what is said so
// far.
std::uint64_t Snapshot::addBounds(const Entry& entry, std::uint64_t hash) const {
  const auto add = [&hash](double bound) {
    hash = mixWords(hash ^ std::bit_cast<std::uint64_t>(bound), kOdd);
  };
  if (entry.kind == Kind::kHistogram) {
    for (const Bucket& bucket : histograms_[entry.detail].buckets) add(bucket.upperBound);
  } else if (entry.kind == Kind::kSummary) {
    for (const Quantile& quantile : summaries_[entry.detail].quantiles) add(quantile.quantile);
  }
  return hash;
}

void Snapshot::findLayout() {
  std::uint64_t hash = labels_.hash(hashSeed());
  const auto add = [&hash](const Entry& entry, std::size_t size) {
    const std::uint64_t shape = static_cast<std::uint64_t>(entry.kind) << 32 | size;
    hash = mixWords(hash ^ entry.family->hash(), kOdd ^ shape);
  };
  for (const Entry& entry : entries_) {
    if (entry.kind != Kind::kShared) {
      add(entry, entry.labels.count);
      hash = addBounds(entry, hash);
    }
    // However many rows they are: exemplars come and go.
    for (const SharedSample& sample : sharedOf(entry)) {
      add(entry, sample.labels.text().size());
      hash = identityHash(sample.labels.text(), hash);
    }
  }
  layout_ = hash;
}

void Snapshot::appendValues(std::vector<double>& values) const {
  const auto appendTotals = [&](double sum, std::uint64_t count) {
    values.push_back(sum);
    values.push_back(isResting(sum) ? sum : static_cast<double>(count));
  };
  for (const Entry& entry : entries_) {
    if (entry.kind == Kind::kScalar || entry.kind == Kind::kPrepared) {
      values.push_back(entry.value);
    } else if (entry.kind == Kind::kShared) {
      for (const SharedSample& sample : sharedOf(entry)) values.push_back(sample.value);
    } else if (entry.kind == Kind::kHistogram) {
      const StoredHistogram& stored = histograms_[entry.detail];
      const double sum = stored.value.sum;
      for (const Bucket& bucket : stored.buckets) {
        values.push_back(isResting(sum) ? sum : static_cast<double>(bucket.cumulativeCount));
      }
      if (!endsInInfinity(stored.buckets)) {
        values.push_back(isResting(sum) ? sum : static_cast<double>(stored.value.count));
      }
      appendTotals(stored.value.sum, stored.value.count);
    } else if (entry.kind == Kind::kSummary) {
      const StoredSummary& stored = summaries_[entry.detail];
      for (const Quantile& quantile : stored.quantiles) values.push_back(quantile.value);
      appendTotals(stored.value.sum, stored.value.count);
    }
  }
}

void Snapshot::clear() {
  constexpr std::size_t kKeptBytes = std::size_t{1} << 20;
  if (labels_.capacity() > kKeptBytes) {
    byName_.clear();
    families_.clear();
    entries_ = std::vector<Entry>();
    labels_ = Labels();
    exemplarLabels_ = Labels();
  }
  layout_ = newLayout();
  lastAsked_ = nullptr;
  samples_ = 0;
  entries_.clear();
  shared_.clear();
  labels_.clear();
  exemplarLabels_.clear();
  exemplars_.clear();
  histograms_.clear();
  natives_.clear();
  summaries_.clear();
}

}  // namespace orchestrator_exporter
