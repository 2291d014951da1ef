#include "metrics/analysis/bottlenecks/attribution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "metrics/promql/syntax/literals.h"
#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::analysis {

namespace {

// How a measure is asked for: now, and as the mean of the hour before.
struct Measure {
  std::string_view resource;
  std::string_view kind;
  std::string_view label;
  std::string_view what;
  std::string_view unit;
  std::vector<std::string> families;  // added up; matchers go into their braces
  bool counts;                        // whether they count
  std::string matchers = {};
};

Measure waitingFor(std::string_view resource) {
  return {resource, "cgroup",
          "cgroup", "time waiting",
          "ratio",  {"cgroup_pressure_waiting_seconds_total"},
          true,     "resource=\"" + std::string(resource) + "\""};
}

const std::vector<Measure>& measures() {
  static const std::vector<Measure> all = {
      {"cpu",
       "group",
       "groupname",
       "CPU",
       "CPUs",
       {"namedprocess_namegroup_cpu_seconds_total"},
       true},
      {"cpu", "cgroup", "cgroup", "CPU", "CPUs", {"cgroup_cpu_seconds_total"}, true},
      waitingFor("cpu"),
      {"memory",
       "group",
       "groupname",
       "resident memory",
       "bytes",
       {"namedprocess_namegroup_memory_bytes"},
       false,
       "memtype=\"resident\""},
      {"memory",
       "cgroup",
       "cgroup",
       "anonymous memory",
       "bytes",
       {"cgroup_memory_stat_bytes"},
       false,
       "field=\"anon\""},
      waitingFor("memory"),
      {"io",
       "group",
       "groupname",
       "reads and writes",
       "bytes/s",
       {"namedprocess_namegroup_read_bytes_total", "namedprocess_namegroup_write_bytes_total"},
       true},
      {"io",
       "cgroup",
       "cgroup",
       "reads and writes",
       "bytes/s",
       {"cgroup_io_read_bytes_total", "cgroup_io_written_bytes_total"},
       true},
      waitingFor("io"),
  };
  return all;
}

std::string expressionOf(const Measure& measure, const std::string& instance, bool before) {
  std::string matchers = measure.matchers;
  if (!instance.empty()) matchers += (matchers.empty() ? "" : ",") + instance;
  const std::string window = "[1h] offset 5m";
  std::string total;
  for (const std::string& family : measure.families) {
    const std::string selector = family + "{" + matchers + "}";
    const std::string value = !before          ? (measure.counts ? recentRate(selector) : selector)
                              : measure.counts ? "rate(" + selector + window + ")"
                                               : "avg_over_time(" + selector + window + ")";
    total += (total.empty() ? "" : " + ") +
             ("sum by (" + std::string(measure.label) + ") (" + value + ")");
  }
  return total;
}

// A control group holds what those below it do: one that is mostly another of the list says less.
void leaveOutParents(std::vector<std::pair<std::string, double>>& values) {
  constexpr double kMostly = 0.5;
  const auto isMostlyAnother = [&](const auto& parent) {
    if (parent.first == "/") return true;
    return std::any_of(values.begin(), values.end(), [&](const auto& child) {
      return child.first.starts_with(parent.first + "/") && child.second >= kMostly * parent.second;
    });
  };
  std::vector<std::pair<std::string, double>> kept;
  for (const auto& one : values) {
    if (!isMostlyAnother(one)) kept.push_back(one);
  }
  values = std::move(kept);
}

std::vector<Consumer> largestOf(const Figures& figures, const Measure& measure,
                                const std::string& instance) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  constexpr std::size_t kTop = 3;
  auto now = figures.largest(expressionOf(measure, instance, false), measure.label, kAll);
  std::erase_if(now, [](const auto& one) { return !(one.second > 0); });
  if (measure.kind == "cgroup") leaveOutParents(now);
  double total = 0;
  for (const auto& [name, value] : now) total += value;
  std::map<std::string, double> before;
  for (auto& [name, value] :
       figures.largest(expressionOf(measure, instance, true), measure.label, kAll)) {
    before[name] = value;
  }
  std::vector<Consumer> consumers;
  for (std::size_t i = 0; i < std::min(kTop, now.size()); ++i) {
    const auto& [name, value] = now[i];
    const auto was = before.find(name);
    consumers.push_back({std::string(measure.kind), name, std::string(measure.what),
                         std::string(measure.unit), value, value / total,
                         value - (was == before.end() ? 0 : was->second)});
  }
  std::stable_sort(consumers.begin(), consumers.end(),
                   [](const Consumer& a, const Consumer& b) { return a.growth > b.growth; });
  return consumers;
}

}  // namespace

std::vector<promql::ResultSeries> Figures::all(const std::string& expression) const {
  try {
    return question_.engine.instant(question_.history, withRules(expression), time_).series;
  } catch (const promql::QueryError&) {
    return {};
  }
}

double Figures::one(const std::string& expression) const {
  const auto series = all(expression);
  return series.empty() || series.front().points.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                         : series.front().points.front().value;
}

std::vector<std::pair<std::string, double>> Figures::largest(const std::string& expression,
                                                             std::string_view label,
                                                             std::size_t count) const {
  std::vector<std::pair<std::string, double>> values;
  for (const promql::ResultSeries& series : all(expression)) {
    if (series.points.empty() || !std::isfinite(series.points.front().value)) continue;
    values.emplace_back(series.labels->get(label), series.points.front().value);
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (values.size() > count) values.resize(count);
  return values;
}

std::string onInstance(const Place& place) {
  return place.instance.empty() ? "" : "instance=" + promql::quote(place.instance);
}

std::vector<Consumer> consumersOf(const Figures& figures, const Place& place) {
  std::vector<Consumer> all;
  for (const Measure& measure : measures()) {
    if (measure.resource != place.resource) continue;
    for (Consumer& consumer : largestOf(figures, measure, onInstance(place))) {
      all.push_back(std::move(consumer));
    }
  }
  return all;
}

}  // namespace orchestrator_exporter::analysis
