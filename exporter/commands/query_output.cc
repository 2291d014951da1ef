#include "exporter/commands/query_output.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "exporter/command_line.h"
#include "exporter/commands/table.h"
#include "exporter/commands/times.h"
#include "http/endpoints/api/json_text.h"
#include "metrics/base/number_format.h"
#include "metrics/exposition/csv.h"
#include "metrics/history/offline/open_metrics.h"
#include "metrics/promql/syntax/literals.h"

namespace orchestrator_exporter::commands {

namespace {

using promql::Point;
using promql::QueryResult;
using promql::ResultSeries;
using promql::ValueType;

constexpr std::string_view kName = "__name__";

std::string valueText(double value) {
  TextBuffer text;
  appendFixed(text, value);
  return std::string(text.view());
}

// name{label="value", …} as Prometheus' client library for Go prints a metric.
std::string metricText(const LabelSet& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (name == kName) continue;
    text += (text.empty() ? "{" : ", ") + name + "=" + promql::quote(value);
  }
  if (!text.empty()) return std::string(labels.get(kName)) + text + "}";
  return labels.has(kName) ? std::string(labels.get(kName)) : "{}";
}

std::string pointText(const Point& point) {
  return valueText(point.value) + " @[" + unixText(point.time) + "]";
}

std::string asPromql(const QueryResult& result) {
  if (result.type == ValueType::kScalar) return "scalar: " + pointText(result.scalar) + "\n";
  if (result.type == ValueType::kString) return result.text + "\n";
  std::string text;
  for (const ResultSeries& series : result.series) {
    text += metricText(*series.labels) + " =>";
    for (const Point& point : series.points) {
      text += (result.type == ValueType::kMatrix ? "\n" : " ") + pointText(point);
    }
    text += "\n";
  }
  return text.empty() ? "\n" : text;
}

void appendPoint(TextBuffer& out, const Point& point) {
  out.append('[');
  out.append(unixText(point.time));
  out.append(",\"");
  out.append(valueText(point.value));
  out.append("\"]");
}

std::string asJson(const QueryResult& result) {
  TextBuffer out;
  if (result.type == ValueType::kString) {
    out.append('[');
    out.append(unixText(result.scalar.time));
    out.append(',');
    http::appendJsonString(out, result.text);
    out.append(']');
  } else if (result.type == ValueType::kScalar) {
    appendPoint(out, result.scalar);
  } else {
    out.append('[');
    for (std::size_t i = 0; i < result.series.size(); ++i) {
      out.append(i == 0 ? "{\"metric\":" : ",{\"metric\":");
      http::appendJsonLabels(out, *result.series[i].labels);
      const bool isMatrix = result.type == ValueType::kMatrix;
      out.append(isMatrix ? ",\"values\":[" : ",\"value\":");
      for (std::size_t j = 0; j < result.series[i].points.size(); ++j) {
        if (j > 0) out.append(',');
        appendPoint(out, result.series[i].points[j]);
      }
      out.append(isMatrix ? "]}" : "}");
    }
    out.append(']');
  }
  out.append('\n');
  return std::string(out.view());
}

// The unit that a metric's name ends with, by the conventions of Prometheus; empty if none is
// known.
std::string_view unitOf(std::string_view name) {
  constexpr std::array<std::string_view, 6> kSuffixes = {"_total", "_sum",  "_min",
                                                         "_max",   "_mean", "_created"};
  constexpr std::array<std::string_view, 12> kUnits = {"seconds", "bytes",   "celsius", "meters",
                                                       "ratio",   "volts",   "amperes", "watts",
                                                       "joules",  "percent", "hertz",   "grams"};
  for (const std::string_view suffix : kSuffixes) {
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  }
  const std::string_view last = name.substr(name.rfind('_') + 1);
  return std::ranges::find(kUnits, last) == kUnits.end() ? "" : last;
}

// The samples as rows below a row of titles.
std::vector<Row> rowsOf(const QueryResult& result, bool forMachines) {
  std::set<std::string> labels;
  for (const ResultSeries& series : result.series) {
    for (const auto& [name, value] : *series.labels) {
      if (name != kName) labels.insert(name);
    }
  }
  std::vector<Row> rows = {forMachines ? Row{"time", "unix_ms", "metric", "value", "unit"}
                                       : Row{"time", "metric", "value"}};
  rows[0].insert(rows[0].end(), labels.begin(), labels.end());
  const auto add = [&](const Point& point, const LabelSet& own, const std::string& value) {
    const std::string metric(own.get(kName));
    Row row = forMachines ? Row{isoText(point.time), std::to_string(point.time), metric, value,
                                std::string(unitOf(metric))}
                          : Row{isoText(point.time), metric, value};
    for (const std::string& name : labels) row.emplace_back(own.get(name));
    rows.push_back(std::move(row));
  };
  if (result.type == ValueType::kScalar) {
    add(result.scalar, {}, valueText(result.scalar.value));
  }
  if (result.type == ValueType::kString) add(result.scalar, {}, result.text);
  for (const ResultSeries& series : result.series) {
    for (const Point& point : series.points) add(point, *series.labels, valueText(point.value));
  }
  return rows;
}

std::string asCsv(const QueryResult& result) {
  constexpr std::size_t kValue = 3;
  std::string text;
  for (const Row& row : rowsOf(result, true)) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool isNumber = i == 1 || (i == kValue && result.type != ValueType::kString);
      if (i > 0) text += ',';
      appendCsvField(text, row[i], isNumber);
    }
    text += "\r\n";
  }
  return text;
}

std::string asOpenMetrics(const QueryResult& result) {
  if (result.type == ValueType::kString) {
    throw std::runtime_error("the answer is a text, which OpenMetrics has no way to say");
  }
  constexpr std::string_view kNameless = "result";
  std::map<std::string, std::string> families;
  const auto add = [&](LabelSet labels, const std::vector<Point>& points) {
    if (!labels.has(kName)) labels.set(kName, kNameless);
    SampleColumns samples;
    for (const Point& point : points) {
      samples.times.push_back(point.time);
      samples.values.push_back(point.value);
    }
    history::appendOpenMetrics(labels, samples, families[std::string(labels.get(kName))]);
  };
  if (result.type == ValueType::kScalar) add({}, {result.scalar});
  for (const ResultSeries& series : result.series) add(*series.labels, series.points);
  std::string text;
  for (const auto& [name, samples] : families) text += history::openMetricsHead(name) + samples;
  return text + "# EOF\n";
}

}  // namespace

std::string formatted(const QueryResult& result, std::string_view format) {
  if (format == "promql") return asPromql(result);
  if (format == "json") return asJson(result);
  if (format == "csv") return asCsv(result);
  if (format == "table") return tableText(rowsOf(result, false));
  if (format == "openmetrics") return asOpenMetrics(result);
  throw UsageError("--format: expected one of " + std::string(kQueryFormats) + ", got '" +
                   std::string(format) + "'");
}

}  // namespace orchestrator_exporter::commands
