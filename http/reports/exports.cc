#include "http/reports/exports.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "metrics/analysis/findings/json.h"
#include "metrics/base/number_format.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/csv.h"
#include "metrics/exposition/json_text.h"
#include "metrics/history/offline/open_metrics.h"
#include "metrics/promql/syntax/parser.h"
#include "metrics/promql/syntax/position.h"
#include "metrics/rules/time_text.h"
#include "metrics/statistics/quantiles.h"

namespace orchestrator_exporter::http {

namespace {

using analysis::SignalFinding;
using json = nlohmann::ordered_json;

double seconds(std::int64_t milliseconds) { return static_cast<double>(milliseconds) / 1000; }

std::string numberText(double value) {
  TextBuffer text;
  appendFixed(text, value);
  return std::string(text.view());
}

// A name that every format takes.
std::string metricName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool isLegal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                         (c >= '0' && c <= '9' && !plain.empty());
    plain += isLegal ? c : '_';
  }
  return plain.empty() ? "_" : plain;
}

// What a signal is called in formats whose names are Prometheus': a metric alone keeps its name.
struct Exported {
  std::string name;
  bool isMetric = false;
  bool isCounter = false;
};

Exported exportedOf(const analysis::Signal& signal) {
  try {
    const promql::ExpressionPtr expression = promql::parse(signal.name);
    const auto* selector = std::get_if<promql::Selector>(&expression->node);
    if (selector != nullptr && !selector->range && !selector->name.empty()) {
      return {selector->name, true, selector->name.ends_with("_total")};
    }
  } catch (const promql::ParseError&) {
    // A name of its own, such as system.cpuUsage.
  }
  return {metricName(signal.name)};
}

struct ExportedPoint {
  std::int64_t time = 0;  // ms
  double value = 0;
};

// The known samples; of a counter what came since the one before.
std::vector<ExportedPoint> pointsOf(const analysis::Track& track, bool isCounter) {
  std::vector<ExportedPoint> points;
  std::optional<double> before;
  for (std::size_t i = 0; i < track.times.size(); ++i) {
    const double value = track.values[i];
    if (std::isnan(value)) continue;
    // One that fell began again.
    const double since = before && value >= *before ? value - *before : value;
    if (!isCounter || before) points.push_back({track.times[i], isCounter ? since : value});
    before = value;
  }
  return points;
}

json signalOf(const SignalFinding& one) {
  json object = {{"name", toUtf8(one.name)},
                 {"expression", toUtf8(one.signal.expression)},
                 {"unit", toUtf8(one.signal.unit)},
                 {"labels", jsonObject<json>(one.labels)},
                 {"n", one.support.n},
                 {"n_nan", one.support.nNan},
                 {"last", one.last}};
  object["percentiles"] = json::array();
  for (const auto& percentile : statistics::percentiles(one.track.observations()).all) {
    object["percentiles"].push_back({{"p", percentile.p},
                                     {"value", percentile.value},
                                     {"lower", percentile.lower},
                                     {"upper", percentile.upper},
                                     {"low_support", percentile.lowSupport}});
  }
  object["points"] = json::array();
  for (std::size_t i = 0; i < one.track.times.size(); ++i) {
    object["points"].push_back({seconds(one.track.times[i]), one.track.values[i]});
  }
  return object;
}

json summaryOf(const Report& report) {
  const analysis::Findings& findings = report.findings;
  json summary = json::object();
  summary["health"] = findings.health.score ? json(*findings.health.score) : json(nullptr);
  summary["band"] = findings.health.band();
  summary["bottlenecks"] = json::array();
  constexpr std::size_t kWorst = 3;
  for (std::size_t i = 0; i < std::min(kWorst, findings.bottlenecks.size()); ++i) {
    const auto& place = findings.bottlenecks[i].bottleneck.place;
    summary["bottlenecks"].push_back(toUtf8(place.resource + " of " + place.component));
  }
  std::map<std::string, std::size_t> trends;
  std::size_t anomalies = 0;
  for (const SignalFinding& one : findings.signals) {
    ++trends[std::string(nameOf(one.trend.trend))];
    anomalies += one.anomalies.size();
  }
  summary["trends"] = trends;
  summary["anomalies"] = anomalies;
  summary["alerts"] = report.alerts.size();
  return summary;
}

// Payloads of as many elements each as stay below `limit` bytes.
std::vector<std::string> payloadsOf(const std::vector<json>& elements, std::size_t limit,
                                    const std::string& begin, const std::string& end) {
  std::vector<std::string> payloads;
  std::string text;
  for (const json& element : elements) {
    const std::string one = jsonText(element);
    if (!text.empty() && text.size() + one.size() + end.size() + 1 > limit) {
      payloads.push_back(text + end);
      text.clear();
    }
    text += (text.empty() ? begin : ",") + one;
  }
  if (!text.empty()) payloads.push_back(text + end);
  return payloads;
}

std::string first(std::string text, std::size_t most) {
  text = toUtf8(text);
  if (text.size() <= most) return text;
  // Not in the middle of a character.
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

std::string jsonReport(const Report& report) {
  const analysis::Findings& findings = report.findings;
  json document = {{"schema_version", 1},
                   {"generated_at", seconds(report.generatedAt)},
                   {"source", toUtf8(report.source)},
                   {"range", {{"start", seconds(findings.start)}, {"end", seconds(findings.end)}}},
                   {"summary", summaryOf(report)},
                   {"signals", json::array()}};
  for (const SignalFinding& one : findings.signals) document["signals"].push_back(signalOf(one));
  document["trends"] = json::parse(trendsJson(findings));
  document["forecasts"] = json::parse(forecastsJson(findings));
  document["anomalies"] = json::parse(anomaliesJson(findings));
  document["bottlenecks"] = json::parse(bottlenecksJson(findings));
  document["health"] = json::parse(healthJson(findings));
  document["alerts"] = json::array();
  for (const FiredAlert& alert : report.alerts) {
    document["alerts"].push_back({{"name", toUtf8(alert.name)},
                                  {"labels", jsonObject<json>(alert.labels)},
                                  {"begin", seconds(alert.begin)},
                                  {"end", seconds(alert.end)}});
  }
  document["quality"] = json::parse(qualityJson(findings));
  document["sessions"] = json::array();
  for (const std::string& session : report.sessions) {
    document["sessions"].push_back(json::parse(session));
  }
  document["configuration"] = {{"version", report.version},
                               {"window", seconds(findings.window)},
                               {"warnings", findings.warnings}};
  return jsonText(document) + "\n";
}

std::string csvReport(const Report& report, bool wide) {
  std::string text;
  const auto line = [&](const std::vector<std::string>& fields, std::size_t numbersFrom) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) text += ',';
      appendCsvField(text, fields[i], i >= numbersFrom);
    }
    text += "\r\n";
  };
  const auto& signals = report.findings.signals;
  constexpr std::size_t kNone = 1'000'000;
  if (wide) {
    std::vector<std::string> titles = {"time", "unix_ms"};
    std::map<std::int64_t, std::map<std::size_t, double>> rows;
    for (std::size_t i = 0; i < signals.size(); ++i) {
      titles.push_back(signals[i].name);
      for (std::size_t j = 0; j < signals[i].track.times.size(); ++j) {
        const double value = signals[i].track.values[j];
        if (!std::isnan(value)) rows[signals[i].track.times[j]][i] = value;
      }
    }
    line(titles, kNone);
    for (const auto& [time, values] : rows) {
      std::vector<std::string> fields = {rules::rfc3339(time), std::to_string(time)};
      for (std::size_t i = 0; i < signals.size(); ++i) {
        const auto value = values.find(i);
        fields.push_back(value == values.end() ? "" : numberText(value->second));
      }
      line(fields, 1);
    }
    return text;
  }
  std::set<std::string> labels;
  for (const SignalFinding& one : signals) {
    for (const auto& [name, value] : one.labels) labels.insert(name);
  }
  std::vector<std::string> titles = {"time", "unix_ms", "metric", "value", "unit"};
  titles.insert(titles.end(), labels.begin(), labels.end());
  line(titles, kNone);
  for (const SignalFinding& one : signals) {
    for (std::size_t i = 0; i < one.track.times.size(); ++i) {
      if (std::isnan(one.track.values[i])) continue;
      text += rules::rfc3339(one.track.times[i]) + "," + std::to_string(one.track.times[i]) + ",";
      appendCsvField(text, one.signal.name, false);
      text += "," + numberText(one.track.values[i]) + ",";
      appendCsvField(text, one.signal.unit, false);
      for (const std::string& name : labels) {
        text += ",";
        appendCsvField(text, one.labels.get(name), false);
      }
      text += "\r\n";
    }
  }
  return text;
}

std::string openMetricsReport(const Report& report) {
  std::map<std::string, std::vector<const SignalFinding*>> families;
  std::set<std::string> metrics;
  for (const SignalFinding& one : report.findings.signals) {
    const Exported exported = exportedOf(one.signal);
    families[exported.name].push_back(&one);
    if (exported.isMetric) metrics.insert(exported.name);
  }
  std::string text;
  for (const auto& [name, signals] : families) {
    const bool isMetric = metrics.find(name) != metrics.end();
    text += isMetric ? history::openMetricsHead(name) : "# TYPE " + name + " gauge\n";
    for (const SignalFinding* one : signals) {
      LabelSet labels = one->labels;
      labels.set("__name__", name);
      SampleColumns columns;
      for (std::size_t i = 0; i < one->track.times.size(); ++i) {
        if (std::isnan(one->track.values[i])) continue;
        columns.times.push_back(one->track.times[i]);
        columns.values.push_back(one->track.values[i]);
      }
      history::appendOpenMetrics(labels, columns, text);
    }
  }
  return text + "# EOF\n";
}

std::vector<std::string> datadogPayloads(const Report& report) {
  constexpr std::int64_t kHour = 3'600'000;
  constexpr std::size_t kLimit = 512'000;
  constexpr int kCount = 1;
  constexpr int kGauge = 3;
  static const std::map<std::string, std::string> kUnits = {
      {"%", "percent"}, {"ms", "millisecond"}, {"s", "second"}, {"MB", "megabyte"}, {"B", "byte"}};
  std::vector<json> all;
  for (const SignalFinding& one : report.findings.signals) {
    const bool isCounter = exportedOf(one.signal).isCounter;
    json points = json::array();
    for (const ExportedPoint& point : pointsOf(one.track, isCounter)) {
      if (point.time <= report.generatedAt - kHour) continue;
      points.push_back({{"timestamp", point.time / 1000}, {"value", point.value}});
    }
    if (points.empty()) continue;
    json tags = json::array();
    for (const auto& [name, value] : one.labels) tags.push_back(toUtf8(name + ":" + value));
    json series = {{"metric", toUtf8(one.signal.name)},
                   {"type", isCounter ? kCount : kGauge},
                   {"interval", std::max<std::int64_t>(1, one.track.spacing() / 1000)},
                   {"points", std::move(points)},
                   {"tags", std::move(tags)}};
    const auto unit = kUnits.find(one.signal.unit);
    if (unit != kUnits.end()) series["unit"] = unit->second;
    const std::string_view host = one.labels.get("instance");
    if (!host.empty()) {
      series["resources"] = json::array({{{"name", toUtf8(host)}, {"type", "host"}}});
    }
    all.push_back(std::move(series));
  }
  return payloadsOf(all, kLimit, "{\"series\":[", "]}");
}

namespace {

constexpr std::int64_t kNewRelicInterval = 60'000;

// A minute's samples as one: {count, sum, min, max}.
std::vector<json> minutesOf(const std::vector<ExportedPoint>& points) {
  std::vector<json> minutes;
  for (std::size_t i = 0; i < points.size();) {
    const std::int64_t begin = points[i].time - points[i].time % kNewRelicInterval;
    double sum = 0;
    double least = points[i].value;
    double most = least;
    std::size_t count = 0;
    for (; i < points.size() && points[i].time < begin + kNewRelicInterval; ++i, ++count) {
      sum += points[i].value;
      least = std::min(least, points[i].value);
      most = std::max(most, points[i].value);
    }
    minutes.push_back({{"type", "summary"},
                       {"value", {{"count", count}, {"sum", sum}, {"min", least}, {"max", most}}},
                       {"timestamp", begin},
                       {"interval.ms", kNewRelicInterval}});
  }
  return minutes;
}

// Counts and gauges a sample each; of a gauge with several samples a minute a summary of each.
std::vector<json> newRelicMetrics(const analysis::Track& track, bool isCounter,
                                  std::int64_t after) {
  std::vector<ExportedPoint> points = pointsOf(track, isCounter);
  std::erase_if(points, [&](const ExportedPoint& point) { return point.time <= after; });
  const std::int64_t spacing = track.spacing();
  if (!isCounter && spacing > 0 && 2 * spacing <= kNewRelicInterval) return minutesOf(points);
  std::vector<json> metrics;
  for (const ExportedPoint& point : points) {
    json metric = {
        {"type", isCounter ? "count" : "gauge"}, {"value", point.value}, {"timestamp", point.time}};
    if (isCounter) metric["interval.ms"] = std::max<std::int64_t>(1, spacing);
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

}  // namespace

std::vector<std::string> newRelicPayloads(const Report& report) {
  constexpr std::int64_t kTwoDays = 48 * std::int64_t{3'600'000};
  constexpr std::size_t kLimit = 1'000'000;
  constexpr std::size_t kMostAttributes = 150;
  constexpr std::size_t kLongestName = 255;
  constexpr std::size_t kLongestValue = 4096;
  std::vector<json> all;
  for (const SignalFinding& one : report.findings.signals) {
    json attributes = json::object();
    if (!one.signal.unit.empty()) attributes["unit"] = toUtf8(one.signal.unit);
    for (const auto& [name, value] : one.labels) {
      if (attributes.size() == kMostAttributes) break;
      attributes[first(name, kLongestName)] = first(value, kLongestValue);
    }
    const bool isCounter = exportedOf(one.signal).isCounter;
    for (json& metric : newRelicMetrics(one.track, isCounter, report.generatedAt - kTwoDays)) {
      metric["name"] = first(one.signal.name, kLongestName);
      metric["attributes"] = attributes;
      all.push_back(std::move(metric));
    }
  }
  const json common = {{"timestamp", report.generatedAt},
                       {"interval.ms", kNewRelicInterval},
                       {"attributes", {{"instrumentation.provider", "orchestrator_exporter"}}}};
  return payloadsOf(all, kLimit, "[{\"common\":" + jsonText(common) + ",\"metrics\":[", "]}]");
}

}  // namespace orchestrator_exporter::http
