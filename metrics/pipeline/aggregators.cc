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
  const double share = function == "max" ? 1 : shareOf(function);
  if (share == 0) {
    throw std::invalid_argument("a histogram such as " + of.metric + " has no " + function);
  }
  std::vector<std::string> labels = {"le"};
  labels.insert(labels.end(), of.groupBy.begin(), of.groupBy.end());
  return "histogram_quantile(" + numberText(share) + ", " + total("_bucket", labels) + ")";
}

std::string gaugeQuery(const Aggregator& of, const std::string& function) {
  constexpr const char* kStep = "15s";
  const std::string window = windowText(of.window);
  const std::string over = of.expression.empty()
                               ? of.metric + "[" + window + "]"
                               : "(" + of.expression + ")[" + window + ":" + kStep + "]";
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
  // Of each processor of an instance, and of an instance by what its memory holds.
  constexpr const char* kProcessors =
      "1 - sum without (mode) (rate(node_cpu_seconds_total{mode=~\"idle|iowait|steal\"}[1m]))";
  constexpr const char* kMemory =
      "label_replace(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes, "
      "\"type\", \"used\", \"\", \"\") or "
      "label_replace(node_memory_Cached_bytes / node_memory_MemTotal_bytes, "
      "\"type\", \"cached\", \"\", \"\") or "
      "label_replace(node_memory_Buffers_bytes / node_memory_MemTotal_bytes, "
      "\"type\", \"buffers\", \"\", \"\") or "
      "label_replace(1 - node_memory_SwapFree_bytes / (node_memory_SwapTotal_bytes > 0), "
      "\"type\", \"swap\", \"\", \"\")";
  constexpr std::chrono::minutes kOne(1);
  constexpr std::chrono::minutes kFive(5);
  return {{.metric = "browser_page_load_seconds",
           .isHistogram = true,
           .window = kOne,
           .functions = {"mean", "p50", "p75", "p95", "p99"},
           .groupBy = {"page", "browser"}},
          {.metric = "browser_first_contentful_paint_seconds",
           .isHistogram = true,
           .window = kFive,
           .functions = {"p75", "p95"},
           .groupBy = {"page"}},
          {.metric = "browser_cumulative_layout_shift",
           .isHistogram = true,
           .window = kFive,
           .functions = {"p75", "max"},
           .groupBy = {"page"}},
          {.metric = "http_request_duration_seconds",
           .isHistogram = true,
           .window = kOne,
           .functions = {"count", "sum", "p50", "p95", "p99"},
           .groupBy = {"method", "route", "status"}},
          {.metric = "db_query_duration_seconds",
           .isHistogram = true,
           .window = kOne,
           .functions = {"count", "sum", "p50", "p95"},
           .groupBy = {"operation", "table"}},
          {.metric = "cpu_utilization_ratio",
           .expression = kProcessors,
           .window = kOne,
           .functions = {"mean", "max"},
           .groupBy = {"instance"}},
          {.metric = "memory_utilization_ratio",
           .expression = kMemory,
           .window = kOne,
           .functions = {"mean", "max"},
           .groupBy = {"instance", "type"}}};
}

bool takes(const Aggregator& aggregator, std::string_view series) {
  if (!series.starts_with(aggregator.metric)) return false;
  const std::string_view suffix = series.substr(aggregator.metric.size());
  if (!aggregator.isHistogram) return suffix.empty();
  return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
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
