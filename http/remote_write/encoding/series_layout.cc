#include "http/remote_write/encoding/series_layout.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <protozero/pbf_reader.hpp>

#include "http/remote_write/encoding/wire.h"
#include "metrics/base/identity_hash.h"
#include "metrics/history/families.h"
#include "metrics/history/series_names.h"
#include "metrics/resting_value.h"

namespace orchestrator_exporter::remote_write {

namespace {

// What a text format's NaN is to Prometheus, whatever its bits were.
constexpr std::uint64_t kNaNBits = 0x7ff8000000000001;

struct OwnFamily {
  std::string_view name;
  std::string_view help;
};

constexpr OwnFamily kOwnFamilies[] = {
    {"up", "1 if the samples could be collected."},
    {"scrape_duration_seconds", "How long the collection took."},
    {"scrape_samples_scraped", "How many samples the collection gave."},
    {"scrape_samples_post_metric_relabeling", "How many samples were left after relabelling."},
    {"scrape_series_added", "How many series the collection before did not have."},
};

void addLabel(std::string& out, std::string_view name, std::string_view value) {
  const std::size_t bytes = 2 + wire::varintSize(name.size()) + name.size() +
                            wire::varintSize(value.size()) + value.size();
  wire::addHead(out, 1, bytes);
  wire::addBytes(out, 1, name);
  wire::addBytes(out, 2, value);
}

}  // namespace

class SeriesLayout::Builder {
 public:
  Builder(SeriesLayout& layout, const LabelRules& rules, const SeriesLayout& before)
      : layout_(layout), rules_(rules) {
    for (const SentSeries& series : before.series_) before_.insert(series.identity);
  }

  // The next family, whose series follow.
  void beginFamily(const FamilyHead& head) {
    if (head.name.data() == lastName_) return;
    lastName_ = head.name.data();
    const auto [known, isNew] =
        families_.try_emplace(std::string(head.name), layout_.families_.size());
    family_ = known->second;
    if (!isNew) return;
    layout_.families_.push_back(
        {std::string(head.name), head.type, std::string(head.help), std::string(head.unit)});
  }

  // The next so many places are those of a histogram with native buckets.
  void beginNative(std::size_t places) {
    if (rules_.nativeHistograms) nativeUntil_ = place_ + places;
  }

  // The series of the next place; without labels it is left out.
  void take(std::span<const Label> labels) {
    const auto place = static_cast<std::uint32_t>(place_++);
    if (labels.empty()) return;
    if (place >= nativeUntil_) return add(place, labels, false);
    // Of the series of such a histogram the count is the last, and has no label of its own.
    if (place_ < nativeUntil_) return;
    std::vector<Label> renamed(labels.begin(), labels.end());
    const auto isName = [](const Label& label) { return label.name == "__name__"; };
    std::ranges::find_if(renamed, isName)->value = layout_.families_[family_].name;
    add(place, renamed, true);
  }

  std::size_t given() const { return given_; }

 private:
  void add(std::uint32_t place, std::span<const Label> labels, bool isHistogram) {
    const std::size_t begin = layout_.labels_.size();
    if (!encode(labels)) {
      ++layout_.dropped_;
      return;
    }
    const std::uint64_t identity =
        identityHash(std::string_view(layout_.labels_).substr(begin), /*seed=*/0);
    if (!seen_.insert(identity).second) {
      layout_.labels_.resize(begin);
      return;
    }
    if (!before_.contains(identity)) ++layout_.added_;
    ++given_;
    layout_.series_.push_back(
        {place, static_cast<std::uint32_t>(family_), static_cast<std::uint32_t>(begin),
         static_cast<std::uint32_t>(layout_.labels_.size()), identity, isHistogram});
  }

  // False if a rule drops the series.
  bool encode(std::span<const Label> labels) {
    if (!rules_.relabelling.empty()) return encodeRelabelled(labels);
    auto added = rules_.added.begin();
    const auto addedUpTo = [&](std::string_view name) {
      for (; added != rules_.added.end() && added->first < name; ++added) {
        addLabel(layout_.labels_, added->first, added->second);
      }
    };
    for (const Label& label : labels) {
      addedUpTo(label.name);
      if (added != rules_.added.end() && added->first == label.name) ++added;
      addLabel(layout_.labels_, label.name, label.value);
    }
    for (; added != rules_.added.end(); ++added) {
      addLabel(layout_.labels_, added->first, added->second);
    }
    return true;
  }

  bool encodeRelabelled(std::span<const Label> labels) {
    LabelSet set = rules_.added;
    for (const Label& label : labels) set.set(label.name, label.value);
    if (!relabel(rules_.relabelling, set) || set.empty() || isInvalid(set)) return false;
    for (const auto& [name, value] : set) addLabel(layout_.labels_, name, value);
    return true;
  }

  SeriesLayout& layout_;
  const LabelRules& rules_;
  std::unordered_set<std::uint64_t> before_;
  std::unordered_set<std::uint64_t> seen_;
  std::map<std::string, std::size_t, std::less<>> families_;
  const char* lastName_ = nullptr;  // most samples are of the family of the one before
  std::size_t family_ = 0;
  std::size_t place_ = 0;
  std::size_t nativeUntil_ = 0;
  std::size_t given_ = 0;
};

// Tells which family is asked for, and passes everything on to where series get their names.
class SeriesLayout::FamilyWatch final : public Sink {
 public:
  FamilyWatch(Sink& next, SeriesLayout::Builder& builder) : next_(next), builder_(builder) {}

  FamilySink& family(const FamilyHead& head) override {
    return families_.emplace_back(*this, head, next_.family(head));
  }

 private:
  class Family final : public FamilySink {
   public:
    Family(FamilyWatch& watch, const FamilyHead& head, FamilySink& next)
        : watch_(watch), head_(head), next_(next) {}
    void sample(double value, std::span<const Label> labels, const SampleExtras& extras) override {
      watch_.builder_.beginFamily(head_);
      next_.sample(value, labels, extras);
    }
    void histogram(const HistogramValue& value, std::span<const Label> labels) override {
      watch_.builder_.beginFamily(head_);
      if (value.native != nullptr) {
        watch_.builder_.beginNative(value.buckets.size() + (endsInInfinity(value.buckets) ? 2 : 3));
      }
      next_.histogram(value, labels);
    }
    void summary(const SummaryValue& value, std::span<const Label> labels) override {
      watch_.builder_.beginFamily(head_);
      next_.summary(value, labels);
    }

   private:
    FamilyWatch& watch_;
    const FamilyHead head_;  // of the reading, which outlives this
    FamilySink& next_;
  };

  Sink& next_;
  SeriesLayout::Builder& builder_;
  std::deque<Family> families_;
};

SeriesLayout::SeriesLayout(const Snapshot& reading, const LabelRules& rules,
                           const SeriesLayout& before) {
  labels_.reserve(before.labels_.size());
  series_.reserve(before.series_.size());
  Builder builder(*this, rules, before);
  history::SeriesNames names({}, history::namelessAmong(history::familiesOf(reading)),
                             [&](std::span<const Label> labels) { builder.take(labels); });
  FamilyWatch watch(names, builder);
  reading.replay(watch);
  scraped_ = builder.given() + dropped_;
  const std::size_t added = added_;
  for (const OwnFamily& own : kOwnFamilies) watch.gauge(own.name, own.help).add(0);
  added_ = added;
}

std::vector<SentSeries> SeriesLayout::missingIn(const SeriesLayout& other) const {
  std::unordered_set<std::uint64_t> there;
  there.reserve(other.series_.size());
  for (const SentSeries& series : other.series_) there.insert(series.identity);
  std::vector<SentSeries> missing;
  std::ranges::copy_if(series_, std::back_inserter(missing),
                       [&](const SentSeries& series) { return !there.contains(series.identity); });
  return missing;
}

void SeriesLayout::appendValues(const Snapshot& reading, bool isFirst,
                                std::vector<double>& values) const {
  reading.appendValues(values);
  for (double& value : values) {
    if (std::isnan(value) && !isResting(value)) value = std::bit_cast<double>(kNaNBits);
  }
  const auto scraped = static_cast<double>(scraped_);
  values.insert(values.end(), {1, reading.took.count(), scraped, scraped,
                               isFirst ? static_cast<double>(added_) : 0});
}

void forEachLabel(std::string_view fields, const std::function<void(const Label&)>& take) {
  protozero::pbf_reader all(fields.data(), fields.size());
  while (all.next(1)) {
    protozero::pbf_reader pair = all.get_message();
    Label label;
    while (pair.next()) {
      const bool isName = pair.tag() == 1;
      const auto view = pair.get_view();
      (isName ? label.name : label.value) = {view.data(), view.size()};
    }
    take(label);
  }
}

}  // namespace orchestrator_exporter::remote_write
