#include "http/client/prometheus/remote_history.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <utility>

#include "http/server/uri.h"
#include "metrics/base/names.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::http {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, MetricType>, 5> kTypes = {
    {{"counter", MetricType::kCounter},
     {"gauge", MetricType::kGauge},
     {"histogram", MetricType::kHistogram},
     {"summary", MetricType::kSummary},
     {"info", MetricType::kInfo}}};

MetricType typeOf(std::string_view word) {
  const auto known = std::ranges::find(kTypes, word, [](const auto& pair) { return pair.first; });
  return known == kTypes.end() ? MetricType::kUntyped : known->second;
}

const char* textOf(LabelMatcher::Operator op) {
  switch (op) {
    case LabelMatcher::Operator::kNotEqual:
      return "!=";
    case LabelMatcher::Operator::kMatches:
      return "=~";
    case LabelMatcher::Operator::kMatchesNot:
      return "!~";
    default:
      return "=";
  }
}

PrometheusApi::Parameters parametersOf(const SeriesFilter& filter) {
  PrometheusApi::Parameters parameters;
  for (const auto& matchers : filter.any)
    parameters.emplace_back("match[]", selectorText(matchers));
  if (filter.from != Selection::kOldest) parameters.emplace_back("start", apiTime(filter.from));
  if (filter.until != Selection::kNewest) parameters.emplace_back("end", apiTime(filter.until));
  if (filter.limit > 0) parameters.emplace_back("limit", std::to_string(filter.limit));
  return parameters;
}

// Sorted, each once, as many as were asked for by servers that know no limit too.
template <typename Answer>
std::vector<Answer> inOrder(std::vector<Answer> answers, std::size_t limit) {
  std::ranges::sort(answers);
  const auto repeated = std::ranges::unique(answers);
  answers.erase(repeated.begin(), repeated.end());
  if (limit > 0 && answers.size() > limit) answers.resize(limit);
  return answers;
}

bool isStale(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }

// What an answer that is no JSON of the expected kind throws, in words.
template <typename Read>
auto sense(const PrometheusApi& api, Read read) {
  try {
    return read();
  } catch (const json::exception& error) {
    throw PeerError(api.url() + ": the answer makes no sense: " + error.what());
  }
}

}  // namespace

std::string selectorText(std::span<const LabelMatcher> matchers) {
  std::string text;
  for (const LabelMatcher& matcher : matchers) {
    text += text.empty() ? "{" : ",";
    text += isLegalLabelName(matcher.name()) ? matcher.name() : promql::quote(matcher.name());
    text += textOf(matcher.op()) + promql::quote(matcher.value());
  }
  const bool matchesNothing = std::ranges::all_of(matchers, &LabelMatcher::matchesEmpty);
  if (!matchesNothing) return text + "}";
  // A server wants one that does not match the empty value.
  return (text.empty() ? "{" : text + ",") + "__name__=~\".+\"}";
}

// Of an instant selector; none if there are more than a server evaluates.
std::vector<std::int64_t> RemoteHistory::evaluationTimes(const Selection& selection) const {
  constexpr std::int64_t kMost = 11'000;
  const std::int64_t first = selection.after + lookback_;
  if (selection.step <= 0 || first >= selection.until) return {selection.until};
  std::vector<std::int64_t> times;
  if ((selection.until - first) / selection.step >= kMost) return times;
  for (auto time = first; time <= selection.until; time += selection.step) times.push_back(time);
  return times;
}

promql::QueryResult RemoteHistory::evaluated(const Selection& selection) const {
  const std::string text = selectorText(selection.matchers);
  const std::vector<std::int64_t> times = evaluationTimes(selection);
  if (times.size() == 1) return api_->instant(text, times.front());
  return api_->range(text, times.front(), times.back(), selection.step);
}

// Puts a staleness marker at the first time at which the server has a series no more, though it has
// a sample that is not too old.
void RemoteHistory::endSeries(const Selection& selection,
                              std::vector<promql::ResultSeries>& raw) const {
  const std::vector<std::int64_t> times = evaluationTimes(selection);
  if (times.empty() || raw.empty()) return;
  std::map<LabelSet, std::vector<promql::Point>> present;
  for (promql::ResultSeries& series : evaluated(selection).series) {
    present[*series.labels] = std::move(series.points);
  }
  for (promql::ResultSeries& series : raw) {
    const std::vector<promql::Point>& there = present[*series.labels];
    std::vector<promql::Point> marked;
    auto next = series.points.begin();
    for (const std::int64_t time : times) {
      while (next != series.points.end() && next->time <= time) marked.push_back(*next++);
      const bool isSeen = !marked.empty() && !isStale(marked.back().value) &&
                          marked.back().time < time && marked.back().time > time - lookback_;
      if (isSeen && !std::ranges::binary_search(there, time, {}, &promql::Point::time)) {
        marked.push_back({time, std::bit_cast<double>(kStaleBits)});
      }
    }
    marked.insert(marked.end(), next, series.points.end());
    series.points = std::move(marked);
  }
}

Selected RemoteHistory::select(const Selection& selection, std::size_t maxSamples) const {
  const std::int64_t range = selection.until - selection.after;
  promql::QueryResult result = api_->instant(
      selectorText(selection.matchers) + "[" + std::to_string(range) + "ms]", selection.until);
  if (selection.range == 0) endSeries(selection, result.series);
  Selected selected;
  std::size_t count = 0;
  for (const promql::ResultSeries& series : result.series) {
    count += series.points.size();
    if (count > maxSamples) throw TooManySamples("the server gave too many samples");
    SampleColumns columns;
    for (const promql::Point& point : series.points) {
      columns.times.push_back(point.time);
      columns.values.push_back(point.value);
    }
    selected.series.push_back({series.labels, std::make_shared<SampleColumns>(std::move(columns))});
  }
  std::ranges::sort(selected.series, {},
                    [](const SelectedSeries& one) -> const LabelSet& { return *one.labels; });
  return selected;
}

std::vector<LabelSet> RemoteHistory::series(const SeriesFilter& filter) const {
  PrometheusApi::Parameters parameters = parametersOf(filter);
  if (filter.any.empty()) parameters.emplace_back("match[]", selectorText({}));
  const json data = api_->post("series", parameters);
  return sense(*api_, [&] {
    std::vector<LabelSet> all;
    for (const json& labels : data) {
      std::vector<LabelSet::Pair> pairs;
      for (const auto& [name, value] : labels.items()) pairs.emplace_back(name, value);
      all.emplace_back(std::move(pairs));
    }
    return inOrder(std::move(all), filter.limit);
  });
}

std::vector<std::string> RemoteHistory::labelNames(const SeriesFilter& filter) const {
  const json data = api_->post("labels", parametersOf(filter));
  return sense(*api_, [&] { return inOrder(data.get<std::vector<std::string>>(), filter.limit); });
}

std::vector<std::string> RemoteHistory::labelValues(std::string_view name,
                                                    const SeriesFilter& filter) const {
  const json data = api_->get("label/" + encodeComponent(name) + "/values", parametersOf(filter));
  return sense(*api_, [&] { return inOrder(data.get<std::vector<std::string>>(), filter.limit); });
}

std::vector<MetricMetadata> RemoteHistory::metadata() const {
  const json data = api_->get("metadata", {});
  return sense(*api_, [&] {
    std::vector<MetricMetadata> all;
    for (const auto& [family, notes] : data.items()) {
      if (notes.empty()) continue;
      const json& first = notes.front();
      all.push_back({family, typeOf(first.value("type", "")), first.value("help", ""),
                     first.value("unit", "")});
    }
    return all;
  });
}

}  // namespace orchestrator_exporter::http
