#include "metrics/rules/testing/scripted_history.h"

#include <algorithm>
#include <set>

namespace orchestrator_exporter::rules {

namespace {

bool allMatch(std::span<const LabelMatcher> matchers, const LabelSet& labels) {
  return std::all_of(matchers.begin(), matchers.end(), [&labels](const LabelMatcher& matcher) {
    return matcher.matches(labels.get(matcher.name()));
  });
}

}  // namespace

SampleColumns& ScriptedHistory::samplesOf(const LabelSet& labels) {
  std::shared_ptr<SampleColumns>& samples = series_[labels];
  if (!samples) {
    samples = std::make_shared<SampleColumns>();
    byName_[std::string(labels.get("__name__"))].push_back(labels);
  }
  return *samples;
}

void ScriptedHistory::script(const LabelSet& labels, std::vector<std::optional<double>> values,
                             Milliseconds interval) {
  scripts_.push_back({&samplesOf(labels), std::move(values), interval});
}

void ScriptedHistory::advance(Time time) {
  for (Script& script : scripts_) {
    for (; script.next < script.values.size(); ++script.next) {
      const Time at = static_cast<Time>(script.next) * script.interval.count();
      if (at > time) break;
      const auto& value = script.values[script.next];
      if (!value) continue;
      script.samples->times.push_back(at);
      script.samples->values.push_back(*value);
    }
  }
}

void ScriptedHistory::add(const RuleSample& sample) {
  SampleColumns& samples = samplesOf(sample.labels);
  // Of one time the first value stays.
  if (!samples.times.empty() && samples.times.back() >= sample.time) return;
  samples.times.push_back(sample.time);
  samples.values.push_back(sample.value);
}

Selected ScriptedHistory::select(const Selection& selection, std::size_t maxSamples) const {
  Selected selected;
  std::size_t count = 0;
  const auto take = [&](const LabelSet& labels) {
    if (!allMatch(selection.matchers, labels)) return;
    const auto& samples = series_.find(labels)->second;
    const auto& times = samples->times;
    const auto first = std::upper_bound(times.begin(), times.end(), selection.after);
    const auto last = std::upper_bound(first, times.end(), selection.until);
    if (first == last) return;
    count += static_cast<std::size_t>(last - first);
    if (count > maxSamples) throw TooManySamples("too many samples");
    selected.series.push_back({std::make_shared<const LabelSet>(labels), samples});
  };
  const auto named = std::find_if(
      selection.matchers.begin(), selection.matchers.end(), [](const LabelMatcher& matcher) {
        return matcher.name() == "__name__" && matcher.op() == LabelMatcher::Operator::kEqual;
      });
  if (named != selection.matchers.end()) {
    const auto known = byName_.find(named->value());
    if (known == byName_.end()) return selected;
    std::vector<LabelSet> sorted = known->second;
    std::sort(sorted.begin(), sorted.end());
    for (const LabelSet& labels : sorted) take(labels);
  } else {
    for (const auto& [labels, samples] : series_) take(labels);
  }
  return selected;
}

std::vector<LabelSet> ScriptedHistory::series(const SeriesFilter& filter) const {
  std::vector<LabelSet> found;
  for (const auto& [labels, samples] : series_) {
    const auto& times = samples->times;
    const auto from = std::lower_bound(times.begin(), times.end(), filter.from);
    if (from == times.end() || *from > filter.until) continue;
    const bool isWanted =
        filter.any.empty() || std::any_of(filter.any.begin(), filter.any.end(),
                                          [&](const auto& all) { return allMatch(all, labels); });
    if (isWanted) found.push_back(labels);
  }
  return found;
}

std::vector<std::string> ScriptedHistory::labelNames(const SeriesFilter& filter) const {
  std::set<std::string> names;
  for (const LabelSet& labels : series(filter)) {
    for (const auto& [name, value] : labels) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> ScriptedHistory::labelValues(std::string_view name,
                                                      const SeriesFilter& filter) const {
  std::set<std::string> values;
  for (const LabelSet& labels : series(filter)) {
    if (labels.has(name)) values.emplace(labels.get(name));
  }
  return {values.begin(), values.end()};
}

}  // namespace orchestrator_exporter::rules
