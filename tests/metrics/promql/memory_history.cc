#include "tests/metrics/promql/memory_history.h"

#include <algorithm>
#include <bit>
#include <set>
#include <sstream>

#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"
#include "metrics/promql/syntax/parser.h"

namespace orchestrator_exporter {

namespace {

bool allMatch(std::span<const LabelMatcher> matchers, const LabelSet& labels) {
  return std::all_of(matchers.begin(), matchers.end(), [&labels](const LabelMatcher& matcher) {
    return matcher.matches(labels.get(matcher.name()));
  });
}

// How many of the times are later than `after` and not later than `until`.
std::size_t countBetween(const std::vector<std::int64_t>& times, std::int64_t after,
                         std::int64_t until) {
  const auto first = std::upper_bound(times.begin(), times.end(), after);
  return static_cast<std::size_t>(std::upper_bound(first, times.end(), until) - first);
}

std::size_t countBetween(const SampleColumns& samples, std::int64_t after, std::int64_t until) {
  return countBetween(samples.times, after, until) +
         countBetween(samples.histograms.times, after, until);
}

bool isWanted(const SeriesFilter& filter, const LabelSet& labels, const SampleColumns& samples) {
  const std::int64_t after =
      filter.from == Selection::kOldest ? Selection::kOldest : filter.from - 1;
  if (countBetween(samples, after, filter.until) == 0) return false;
  return filter.any.empty() ||
         std::any_of(filter.any.begin(), filter.any.end(),
                     [&labels](const auto& matchers) { return allMatch(matchers, labels); });
}

}  // namespace

void MemoryHistory::add(const LabelSet& labels, std::int64_t time, double value) {
  std::shared_ptr<SampleColumns>& samples = series_[labels];
  if (!samples) samples = std::make_shared<SampleColumns>();
  samples->times.push_back(time);
  samples->values.push_back(value);
}

void MemoryHistory::add(const LabelSet& labels, std::int64_t time, FloatHistogram histogram) {
  std::shared_ptr<SampleColumns>& samples = series_[labels];
  if (!samples) samples = std::make_shared<SampleColumns>();
  samples->histograms.times.push_back(time);
  samples->histograms.values.push_back(std::make_shared<FloatHistogram>(std::move(histogram)));
}

void MemoryHistory::load(std::string_view series, std::string_view samples, std::int64_t step) {
  const LabelSet labels = labelsOf(series);
  std::istringstream words{std::string(samples)};
  std::string word;
  for (std::int64_t time = 0; words >> word; time += step) {
    if (word == "_") continue;
    add(labels, time, word == "stale" ? std::bit_cast<double>(kStaleBits) : *parseNumber(word));
  }
}

Selected MemoryHistory::select(const Selection& selection, std::size_t maxSamples) const {
  Selected selected;
  selected.coarse = coarse_;
  std::size_t count = 0;
  for (const auto& [labels, samples] : series_) {
    if (!allMatch(selection.matchers, labels)) continue;
    const std::size_t found = countBetween(*samples, selection.after, selection.until);
    if (found == 0) continue;
    count += found;
    if (count > maxSamples) throw TooManySamples("too many samples");
    selected.series.push_back({std::make_shared<const LabelSet>(labels), samples});
  }
  return selected;
}

std::vector<LabelSet> MemoryHistory::series(const SeriesFilter& filter) const {
  std::vector<LabelSet> found;
  for (const auto& [labels, samples] : series_) {
    if (isWanted(filter, labels, *samples)) found.push_back(labels);
  }
  return found;
}

std::vector<std::string> MemoryHistory::labelNames(const SeriesFilter& filter) const {
  std::set<std::string> names;
  for (const LabelSet& labels : series(filter)) {
    for (const auto& [name, value] : labels) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> MemoryHistory::labelValues(std::string_view name,
                                                    const SeriesFilter& filter) const {
  std::set<std::string> values;
  for (const LabelSet& labels : series(filter)) {
    if (labels.has(name)) values.emplace(labels.get(name));
  }
  return {values.begin(), values.end()};
}

LabelSet labelsOf(std::string_view selector) {
  LabelSet labels;
  for (const LabelMatcher& matcher : promql::parseSelector(selector)) {
    labels.set(matcher.name(), matcher.value());
  }
  return labels;
}

std::string valueText(double value) {
  TextBuffer text;
  appendSampleValue(text, value);
  return std::string(text.view());
}

}  // namespace orchestrator_exporter
