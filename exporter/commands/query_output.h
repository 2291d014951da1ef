#pragma once

#include <string>
#include <string_view>

#include "metrics/promql/engine.h"

namespace orchestrator_exporter::commands {

// The formats that results of queries are printed in, for --format.
inline constexpr std::string_view kQueryFormats = "promql, table, json, csv, openmetrics";

// A result in one of the formats; throws UsageError for any other:
//   promql  as promtool query prints it
//   json    as promtool query --format=json prints it
//   csv     RFC 4180: time, unix_ms, metric, value, unit and a column for each label; a text that a
//           spreadsheet would take for a formula gets an apostrophe before it
//   table   columns for people, a line for each sample
//   openmetrics  families together, series in the order of time, with timestamps; what has no name
//                is called `result`. Throws std::runtime_error for a text, which it cannot say.
std::string formatted(const promql::QueryResult& result, std::string_view format);

}  // namespace orchestrator_exporter::commands
