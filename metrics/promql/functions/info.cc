#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "metrics/promql/functions/families.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::promql {

namespace {

constexpr std::string_view kDefaultMetric = "target_info";
constexpr std::array<std::string_view, 2> kIdentifying = {"instance", "job"};

// What the second argument asks for: matchers of the info metrics' names, and of the labels that
// they give.
struct Wanted {
  std::vector<LabelMatcher> names;
  bool namesGiven = false;  // or none but the default, by leaving the whole argument out
  std::vector<LabelMatcher> labels;
};

Wanted wantedOf(CallContext& context) {
  Wanted wanted;
  if (context.size() > 1) {
    const auto& selector = std::get<Selector>(context.argument(1).node);
    for (const LabelMatcher& matcher : selector.matchers) {
      (matcher.name() == kNameLabel ? wanted.names : wanted.labels).push_back(matcher);
    }
  }
  wanted.namesGiven = context.size() == 1 || !wanted.names.empty();
  if (wanted.names.empty()) {
    wanted.names.emplace_back(std::string(kNameLabel), LabelMatcher::Operator::kEqual,
                              std::string(kDefaultMetric));
  }
  return wanted;
}

bool allMatch(const std::vector<LabelMatcher>& matchers, const Labels& labels) {
  return std::all_of(matchers.begin(), matchers.end(), [&labels](const LabelMatcher& matcher) {
    return matcher.matches(labels.get(matcher.name()));
  });
}

// The labels by which a series and its info belong together.
std::string identityOf(const Labels& labels) {
  std::string key;
  for (const std::string_view name : kIdentifying) {
    key.append(labels.get(name)).push_back('\xff');
  }
  return key;
}

// The info series by the series that they belong to.
class InfoSeries {
 public:
  InfoSeries(CallContext& context, const Wanted& wanted)
      : values_(context.select(selection(wanted))), times_(context.selectTimes(selection(wanted))) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      byIdentity_[identityOf(values_[i].labels)].push_back(i);
    }
  }

  // For each metric name the newest info at the step.
  std::vector<const Labels*> at(const std::string& identity, std::size_t step) const {
    std::vector<std::size_t> newest;
    const auto found = byIdentity_.find(identity);
    if (found == byIdentity_.end()) return {};
    for (const std::size_t place : found->second) {
      if (!values_[place].has(step)) continue;
      const std::string_view name = values_[place].labels.metricName();
      const auto same = std::find_if(newest.begin(), newest.end(), [&](std::size_t other) {
        return values_[other].labels.metricName() == name;
      });
      if (same == newest.end()) {
        newest.push_back(place);
        continue;
      }
      const double before = times_[*same].points[step];
      const double now = times_[place].points[step];
      if (before == now) {
        throw QueryError(QueryError::Kind::kExecution,
                         "found duplicate series for info metric " + std::string(name));
      }
      if (now > before) *same = place;
    }
    std::vector<const Labels*> labels;
    for (const std::size_t place : newest) labels.push_back(&values_[place].labels);
    return labels;
  }

 private:
  static std::vector<LabelMatcher> selection(const Wanted& wanted) {
    std::vector<LabelMatcher> matchers = wanted.names;
    matchers.insert(matchers.end(), wanted.labels.begin(), wanted.labels.end());
    return matchers;
  }

  Matrix values_;
  Matrix times_;
  std::unordered_map<std::string, std::vector<std::size_t>> byIdentity_;
};

// Adds to the labels of a series those of its infos that are asked for. False if there are none.
bool addInfo(const std::vector<const Labels*>& infos, const Wanted& wanted, LabelSet& labels) {
  LabelSet added;
  for (const Labels* info : infos) {
    info->forEach([&](std::string_view name, std::string_view value) {
      const bool identifying =
          std::find(kIdentifying.begin(), kIdentifying.end(), name) != kIdentifying.end();
      if (name == kNameLabel || identifying || labels.has(name)) return;
      const bool asked = wanted.labels.empty() ||
                         std::any_of(wanted.labels.begin(), wanted.labels.end(),
                                     [name](const LabelMatcher& m) { return m.name() == name; });
      if (!asked) return;
      if (added.has(name) && added.get(name) != value) {
        throw QueryError(QueryError::Kind::kExecution, "conflicting label: " + std::string(name));
      }
      added.set(name, value);
    });
  }
  for (const auto& [name, value] : added) labels.set(name, value);
  return !added.empty();
}

Matrix info(CallContext& context) {
  const Wanted wanted = wantedOf(context);
  Matrix base = context.vector(0);
  const InfoSeries infos(context, wanted);
  const bool required = !std::all_of(wanted.labels.begin(), wanted.labels.end(),
                                     [](const LabelMatcher& m) { return m.matchesEmpty(); });
  Matrix result;
  for (const Series& series : base) {
    if (wanted.namesGiven && allMatch(wanted.names, series.labels)) {
      result.push_back(series);
      continue;
    }
    const std::string identity = identityOf(series.labels);
    std::unordered_map<Labels, std::size_t, LabelsHash> places;
    for (std::size_t step = 0; step < series.points.size(); ++step) {
      if (!series.has(step)) continue;
      LabelSet labels = series.labels.copy();
      const bool found = addInfo(infos.at(identity, step), wanted, labels);
      if (!found && required) continue;
      Labels key(std::move(labels));
      const auto [at, isNew] = places.try_emplace(key, result.size());
      if (isNew) result.push_back(emptySeries(key, series.points.size()));
      result[at->second].set(step, series.at(step));
    }
  }
  mergeDuplicates(result);
  return result;
}

constexpr std::array<VectorFunction, 1> kFunctions = {{{"info", info}}};

}  // namespace

std::span<const VectorFunction> infoFunctions() { return kFunctions; }

}  // namespace orchestrator_exporter::promql
