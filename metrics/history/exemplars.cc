#include "metrics/history/exemplars.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "metrics/base/utf8.h"
#include "metrics/history/series_names.h"

namespace orchestrator_exporter::history {

namespace {

// Gives each exemplar of a reading with the labels of its series.
class NamedExemplars final : public Sink {
 public:
  using Take = std::function<void(std::span<const Label> series, const Exemplar&)>;

  NamedExemplars(const LabelSet& external, Take take)
      : names_(external, {}, [this, take = std::move(take)](std::span<const Label> series) {
          const Exemplar* const exemplar = next_ < exemplars_.size() ? exemplars_[next_] : nullptr;
          ++next_;
          if (exemplar != nullptr && !series.empty()) take(series, *exemplar);
        }) {}

  FamilySink& family(const FamilyHead& head) override {
    return families_.emplace_back(names_.family(head), *this);
  }

 private:
  // The names of a histogram's series come in the order of its buckets.
  class Family final : public FamilySink {
   public:
    Family(FamilySink& names, NamedExemplars& owner) : names_(names), owner_(owner) {}

    void sample(double value, std::span<const Label> labels, const SampleExtras& extras) override {
      owner_.begin();
      owner_.exemplars_.push_back(extras.exemplar);
      names_.sample(value, labels, extras);
    }
    void histogram(const HistogramValue& value, std::span<const Label> labels) override {
      owner_.begin();
      for (const Bucket& bucket : value.buckets) owner_.exemplars_.push_back(bucket.exemplar);
      names_.histogram(value, labels);
    }
    void summary(const SummaryValue&, std::span<const Label>) override {}

   private:
    FamilySink& names_;
    NamedExemplars& owner_;
  };

  void begin() {
    exemplars_.clear();
    next_ = 0;
  }

  std::vector<const Exemplar*> exemplars_;  // of the sample's series, null for those without
  std::size_t next_ = 0;
  SeriesNames names_;
  std::deque<Family> families_;
};

// nullopt for what a writer of OpenMetrics leaves out, too.
std::optional<LabelSet> labelsOf(const Exemplar& exemplar) {
  constexpr std::size_t kMostCharacters = 128;
  std::size_t characters = 0;
  std::vector<LabelSet::Pair> pairs;
  for (const Label& label : exemplar.labels) {
    if (label.name.empty() || !isUtf8(label.name) || !isUtf8(label.value)) return std::nullopt;
    characters += utf8Length(label.name) + utf8Length(label.value);
    pairs.emplace_back(label.name, label.value);
  }
  if (characters > kMostCharacters) return std::nullopt;
  return LabelSet(std::move(pairs));
}

// nullopt if it is not known.
std::optional<std::int64_t> timeOf(const Exemplar& exemplar) {
  // Until the year 5138, and nothing before 1970: what else would be a fault of who gave it.
  constexpr double kLatest = 1e11;
  if (!(exemplar.timestamp > 0 && exemplar.timestamp < kLatest)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(exemplar.timestamp * 1000));
}

bool matchesAny(std::span<const std::vector<LabelMatcher>> any, const LabelSet& series) {
  return std::ranges::any_of(any, [&](const std::vector<LabelMatcher>& matchers) {
    return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) {
      return matcher.matches(series.get(matcher.name()));
    });
  });
}

}  // namespace

Exemplars::Exemplars(LabelSet external, std::size_t most)
    : external_(std::move(external)), most_(most) {}

void Exemplars::take(const Snapshot& reading) {
  if (!reading.hasExemplars()) return;
  const std::int64_t readAt =
      std::chrono::floor<std::chrono::milliseconds>(reading.time.time_since_epoch()).count();
  const std::lock_guard lock(mutex_);
  NamedExemplars named(external_, [&](std::span<const Label> series, const Exemplar& exemplar) {
    keep(series, exemplar, readAt);
  });
  reading.replayExemplars(named);
}

void Exemplars::keep(std::span<const Label> series, const Exemplar& exemplar, std::int64_t readAt) {
  std::optional<LabelSet> labels = labelsOf(exemplar);
  if (!labels) return;
  std::vector<LabelSet::Pair> pairs;
  for (const Label& label : series) pairs.emplace_back(label.name, label.value);
  const auto at = bySeries_.try_emplace(LabelSet(std::move(pairs))).first;
  std::deque<One>& kept = at->second;
  const std::optional<std::int64_t> given = timeOf(exemplar);
  if (!kept.empty()) {
    const One& newest = kept.back();
    const bool isSame = newest.labels == *labels && newest.value == exemplar.value;
    if (given.value_or(readAt) < newest.time) return;
    if (isSame && (!given || *given == newest.time)) return;
  }
  kept.push_back({*std::move(labels), exemplar.value, given.value_or(readAt)});
  order_.push_back(at);
  if (order_.size() <= most_) return;
  const BySeries::iterator oldest = order_.front();
  order_.pop_front();
  oldest->second.pop_front();
  if (oldest->second.empty()) bySeries_.erase(oldest);
}

std::vector<Exemplars::OfSeries> Exemplars::select(std::span<const std::vector<LabelMatcher>> any,
                                                   std::int64_t from, std::int64_t until) const {
  std::vector<OfSeries> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [series, exemplars] : bySeries_) {
    if (!matchesAny(any, series)) continue;
    OfSeries one{series, {}};
    std::ranges::copy_if(exemplars, std::back_inserter(one.exemplars), [&](const One& exemplar) {
      return exemplar.time >= from && exemplar.time <= until;
    });
    if (!one.exemplars.empty()) found.push_back(std::move(one));
  }
  return found;
}

}  // namespace orchestrator_exporter::history
