#include "metrics/pipeline/aggregators.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "metrics/base/number_format.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::pipeline {

namespace {

std::string joinedBy(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// 1m, 90s.
std::string windowText(std::chrono::seconds window) {
  const auto count = window.count();
  if (count % 3600 == 0) return std::to_string(count / 3600) + "h";
  return count % 60 == 0 ? std::to_string(count / 60) + "m" : std::to_string(count) + "s";
}

// p99.9 is 0.999; 0 for what is no percentile.
double shareOf(const std::string& function) {
  if (!function.starts_with('p')) return 0;
  const auto percent = parseNumber(std::string_view(function).substr(1));
  return percent && *percent > 0 && *percent < 100 ? *percent / 100 : 0;
}

std::string byClause(const std::vector<std::string>& labels) {
  return " by (" + joinedBy(labels, ", ") + ")";
}

std::string histogramQuery(const Aggregator& of, const std::string& function) {
  const std::string window = "[" + windowText(of.window) + "]";
  const auto total = [&](const char* suffix, const std::vector<std::string>& by) {
    return "sum" + byClause(by) + " (increase(" + of.metric + suffix + window + "))";
  };
  if (function == "count") return total("_count", of.groupBy);
  if (function == "sum") return total("_sum", of.groupBy);
  if (function == "mean") return total("_sum", of.groupBy) + " / " + total("_count", of.groupBy);
  const double share = shareOf(function);
  if (share == 0) {
    throw std::invalid_argument("a histogram such as " + of.metric + " has no " + function);
  }
  std::vector<std::string> labels = {"le"};
  labels.insert(labels.end(), of.groupBy.begin(), of.groupBy.end());
  return "histogram_quantile(" + numberText(share) + ", " + total("_bucket", labels) + ")";
}

std::string gaugeQuery(const Aggregator& of, const std::string& function) {
  const std::string over = of.metric + "[" + windowText(of.window) + "]";
  const auto aggregated = [&](const char* aggregation, const char* overTime) {
    return std::string(aggregation) + byClause(of.groupBy) + " (" + overTime + "(" + over + "))";
  };
  if (function == "mean") return aggregated("avg", "avg_over_time");
  if (function == "min") return aggregated("min", "min_over_time");
  if (function == "max") return aggregated("max", "max_over_time");
  if (function == "sum") return aggregated("sum", "sum_over_time");
  if (function == "count") return aggregated("sum", "count_over_time");
  return "avg" + byClause(of.groupBy) + " (quantile_over_time(" + numberText(shareOf(function)) +
         ", " + over + "))";
}

}  // namespace

std::vector<Aggregator> usualAggregators() {
  constexpr std::chrono::minutes kOne(1);
  constexpr std::chrono::minutes kFive(5);
  return {{"browser_page_load_seconds",
           true,
           kOne,
           {"mean", "p50", "p75", "p95", "p99"},
           {"page", "browser"}},
          {"browser_first_contentful_paint_seconds", true, kFive, {"p75", "p95"}, {"page"}},
          {"browser_cumulative_layout_shift", true, kFive, {"p75"}, {"page"}},
          {"http_request_duration_seconds",
           true,
           kOne,
           {"count", "sum", "p50", "p95", "p99"},
           {"method", "route", "status"}},
          {"db_query_duration_seconds",
           true,
           kOne,
           {"count", "sum", "p50", "p95"},
           {"operation", "table"}}};
}

bool isAggregation(const std::string& function) {
  constexpr std::array<std::string_view, 5> kWords = {"count", "sum", "mean", "min", "max"};
  return std::find(kWords.begin(), kWords.end(), function) != kWords.end() || shareOf(function) > 0;
}

std::string aggregatorRules(const std::vector<Aggregator>& aggregators) {
  if (aggregators.empty()) return {};
  std::string text = "groups:\n  - name: pipeline\n    rules:\n";
  for (const Aggregator& each : aggregators) {
    for (const std::string& function : each.functions) {
      std::string word = function;
      std::replace(word.begin(), word.end(), '.', '_');
      const std::string name = joinedBy(each.groupBy, "_") + ":" + each.metric + ":" + word + "_" +
                               windowText(each.window);
      text += "      - record: '" + name + "'\n        expr: '" +
              (each.isHistogram ? histogramQuery(each, function) : gaugeQuery(each, function)) +
              "'\n";
    }
  }
  return text;
}

}  // namespace orchestrator_exporter::pipeline
