#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::http::live {

// What is asked for at each reading for one chart: series that their label `series` tells apart.
struct ChartQuery {
  std::string chart;
  std::string query;  // PromQL
};

// The charts of charts.json as the page itself would ask for them second by second (timeline.js).
// Throws std::exception for what is not such a file.
std::vector<ChartQuery> chartQueries(std::string_view json);

}  // namespace orchestrator_exporter::http::live
