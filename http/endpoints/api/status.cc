#include "http/endpoints/api/status.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "http/endpoints/api/answer.h"
#include "metrics/base/process/host_name.h"
#include "metrics/base/utc_text.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http {
namespace {

using nlohmann::json;
using Clock = std::chrono::system_clock;
using Counts = std::map<std::string, std::size_t>;

void addFixed(Router& router, const std::string& path, const json& data) {
  addApiEndpoint(router, path, ApiMethods::kGet,
                 [text = data.dump()](const ApiParameters&, const Request&) {
                   ApiAnswer answer;
                   answer.data.append(text);
                   return answer;
                 });
}

void addJson(Router& router, const std::string& path,
             std::function<json(const ApiParameters&)> make) {
  addApiEndpoint(router, path, ApiMethods::kGet,
                 [make = std::move(make)](const ApiParameters& parameters, const Request&) {
                   ApiAnswer answer;
                   answer.data.append(make(parameters).dump());
                   return answer;
                 });
}

std::string rfc3339(Clock::time_point time) {
  return utcText(Clock::to_time_t(time)).value_or("") + "Z";
}

json runtimeInfo(const ApiFacts& facts) {
  return {{"startTime", rfc3339(facts.started)},
          {"hostname", hostName()},
          {"serverTime", rfc3339(Clock::now())},
          {"GOMAXPROCS", std::thread::hardware_concurrency()},
          {"storageRetention", facts.retention}};
}

// The largest counts first, as Prometheus lists them.
json largest(const Counts& counts, std::size_t limit) {
  std::vector<std::pair<std::string, std::size_t>> all(counts.begin(), counts.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (all.size() > limit) all.resize(limit);
  json list = json::array();
  for (const auto& [name, value] : all) list.push_back({{"name", toUtf8(name)}, {"value", value}});
  return list;
}

json tsdb(const History& history, const ApiParameters& parameters) {
  const auto limit =
      static_cast<std::size_t>(parameters.number("limit", 1, "a positive number").value_or(10));
  Counts byName;
  Counts byPair;
  std::map<std::string, Counts> values;
  std::size_t series = 0;
  for (const LabelSet& labels : history.series({})) {
    ++series;
    ++byName[std::string(labels.get("__name__"))];
    for (const auto& [name, value] : labels) {
      ++byPair[name + "=" + value];
      values[name].try_emplace(value, value.size());
    }
  }
  Counts valueCounts;
  Counts valueBytes;
  for (const auto& [name, sizes] : values) {
    valueCounts[name] = sizes.size();
    for (const auto& [value, size] : sizes) valueBytes[name] += size;
  }
  return {{"headStats", {{"numSeries", series}, {"numLabelPairs", byPair.size()}}},
          {"seriesCountByMetricName", largest(byName, limit)},
          {"labelValueCountByLabelName", largest(valueCounts, limit)},
          {"memoryInBytesByLabelName", largest(valueBytes, limit)},
          {"seriesCountByLabelValuePair", largest(byPair, limit)}};
}

json targets(const ApiFacts& facts) {
  json labels = json::object();
  for (const auto& [name, value] : facts.ownLabels) labels[name] = toUtf8(value);
  const std::string interval = std::to_string(facts.interval.count()) + "ms";
  return {{"activeTargets",
           {{{"discoveredLabels", json::object()},
             {"labels", labels},
             {"scrapePool", labels.value("job", "")},
             {"scrapeUrl", facts.metricsUrl},
             {"globalUrl", facts.metricsUrl},
             {"lastError", ""},
             {"health", "up"},
             {"scrapeInterval", interval}}}},
          {"droppedTargets", json::array()},
          {"droppedTargetCounts", json::object()}};
}

}  // namespace

void addStatusEndpoints(Router& router, const std::shared_ptr<const History>& history,
                        const ApiFacts& facts) {
  addFixed(router, "status/buildinfo",
           {{"version", facts.version},
            {"revision", facts.revision},
            {"branch", facts.branch},
            {"buildUser", ""},
            {"buildDate", ""},
            {"goVersion", ""}});
  addFixed(router, "status/flags", facts.flags);
  addFixed(router, "targets", targets(facts));
  addJson(router, "status/runtimeinfo",
          [facts](const ApiParameters&) { return runtimeInfo(facts); });
  addJson(router, "status/tsdb",
          [history](const ApiParameters& parameters) { return tsdb(*history, parameters); });
  addJson(router, "status/config", [facts](const ApiParameters&) {
    return json{{"yaml", toUtf8(facts.configuration())}};
  });
}

}  // namespace orchestrator_exporter::http
