#include "http/live/charts.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace orchestrator_exporter::http::live {
namespace {

using nlohmann::json;

// The rate of the last two readings, whatever their distance; that of the last minute for what
// agents do, and of five for quantiles.
std::string written(std::string query) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kMarks = {
      {{"$rate", "irate"}, {"[$w]", "[60s]"}, {"[$m]", "[60s]"}, {"[$q]", "[300s]"}}};
  for (const auto& [mark, text] : kMarks) {
    for (auto at = query.find(mark); at != std::string::npos; at = query.find(mark, at)) {
      query.replace(at, mark.size(), text);
    }
  }
  return query;
}

std::string named(const json& series) {
  const std::string query = "label_replace(" + written(series.at("query")) + ", \"series\", ";
  if (series.contains("by")) return query + "\"$1\", " + series["by"].dump() + ", \"(.*)\")";
  return query + series.at("name").dump() + ", \"\", \"\")";
}

}  // namespace

std::vector<ChartQuery> chartQueries(std::string_view text) {
  std::vector<ChartQuery> queries;
  const json file = json::parse(text);
  for (const json& chart : file.at("charts")) {
    std::string query;
    for (const json& series : chart.at("series")) {
      query += (query.empty() ? "" : " or ") + named(series);
    }
    queries.push_back({chart.at("id"), std::move(query)});
  }
  return queries;
}

}  // namespace orchestrator_exporter::http::live
