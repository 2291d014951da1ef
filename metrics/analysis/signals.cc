#include "metrics/analysis/signals.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace orchestrator_exporter::analysis {

namespace {

struct Replacement {
  std::string_view name;
  std::string_view text;
};

constexpr Replacement kRules[] = {
    {"instance:node_cpu_utilisation:rate5m",
     "1 - avg without (cpu) (sum without (mode) "
     "(rate(node_cpu_seconds_total{mode=~\"idle|iowait|steal\"}[5m])))"},
    {"instance:node_cpu_steal:rate5m",
     "avg without (cpu, mode) (rate(node_cpu_seconds_total{mode=\"steal\"}[5m]))"},
    {"instance:node_memory_utilisation:ratio",
     "1 - (node_memory_MemAvailable_bytes or (node_memory_MemFree_bytes + "
     "node_memory_Buffers_bytes + node_memory_Cached_bytes + node_memory_Slab_bytes)) / "
     "node_memory_MemTotal_bytes"},
    {"instance_device:node_disk_io_time_seconds:rate5m",
     "rate(node_disk_io_time_seconds_total{device!=\"\"}[5m])"},
    {"instance_device:node_disk_request_seconds:mean5m",
     "(rate(node_disk_read_time_seconds_total[5m]) + rate(node_disk_write_time_seconds_total[5m]))"
     " / ((rate(node_disk_reads_completed_total[5m]) + "
     "rate(node_disk_writes_completed_total[5m])) > 0)"},
};

std::string meanOf(const std::string& family, const std::string& by) {
  const std::string rate = " (rate(" + family;
  return "1000 * sum" + by + rate + "_sum[5m])) / (sum" + by + rate + "_count[5m])) > 0)";
}

// The builders of the table below: each names what is unusual of a signal.
Signal percent(std::string name, std::string expression, double leastChange) {
  return {.name = std::move(name),
          .expression = std::move(expression),
          .unit = "%",
          .better = Better::kLower,
          .leastChange = leastChange,
          .lowest = 0,
          .highest = 100,
          .limit = 100};
}

Signal time(std::string name, std::string expression, double leastChange) {
  return {.name = std::move(name),
          .expression = std::move(expression),
          .unit = "ms",
          .better = Better::kLower,
          .leastChange = leastChange,
          .lowest = 0};
}

Signal number(std::string name, std::string expression, std::string unit, Better better,
              double leastChange, double leastShare = 0) {
  return {.name = std::move(name),
          .expression = std::move(expression),
          .unit = std::move(unit),
          .better = better,
          .leastChange = leastChange,
          .leastShare = leastShare,
          .lowest = 0};
}

std::vector<Signal> systemSignals() {
  const std::string byInstance = " by (instance)";
  Signal disk = percent("system.diskUsage",
                        "100 * max by (instance) (1 - "
                        "node_filesystem_avail_bytes{fstype!~\"tmpfs|ramfs|overlay|squashfs\"} / "
                        "(node_filesystem_size_bytes > 0))",
                        2);
  Signal errors = number("tracing.errorRate",
                         "sum by (instance) (rate(pipeline_errors_total[5m])) / (sum by (instance) "
                         "(rate(pipeline_samples_total{stage=\"collected\"}[5m])) > 0)",
                         "ratio", Better::kLower, 0.01);
  errors.highest = 1;
  Signal growth =
      number("tracing.storageGrowth", "3600 * sum(deriv(orchestrator_exporter_history_bytes[1h]))",
             "bytes/h", Better::kLower, 10e6);
  growth.lowest = -std::numeric_limits<double>::infinity();
  return {
      percent("system.cpuUsage", "100 * instance:node_cpu_utilisation:rate5m", 10),
      percent("system.memoryUsage", "100 * instance:node_memory_utilisation:ratio", 5),
      disk,
      time("system.networkLatency",
           meanOf("network_latency_seconds", byInstance) +
               " or 1000 * avg by (instance) (probe_duration_seconds)",
           10),
      time("tracing.collectionOverhead",
           "1000 * sum by (instance) (node_scrape_collector_duration_seconds)", 20),
      number("tracing.memoryUsage", "process_resident_memory_bytes{job=~\".*exporter.*\"} / 1e6",
             "MB", Better::kLower, 20),
      growth,
      number("tracing.eventThroughput",
             "sum by (instance) (rate(pipeline_samples_total{stage=\"collected\"}[5m]))", "1/s",
             Better::kNone, 0, 0.2),
      errors,
  };
}

std::vector<Signal> agentSignals() {
  const std::string latency = "orchestrator_message_latency_seconds";
  return {
      number("agents.totalAgents",
             "count(count by (orchestrator_id) "
             "(last_over_time(orchestrator_sessions_active[1h]))) or vector(0)",
             "", Better::kNone, 1),
      number("agents.activeAgents",
             "count(sum by (orchestrator_id) (orchestrator_sessions_active) > 0) or vector(0)", "",
             Better::kNone, 1),
      number("agents.busyAgents",
             "count(sum by (orchestrator_id) (rate(" + latency + "_count[1m])) > 0) or vector(0)",
             "", Better::kNone, 1),
      time("agents.avgResponseTime", meanOf(latency, ""), 250),
      number("agents.taskThroughput", "sum(rate(" + latency + "_count[5m]))", "1/s",
             Better::kHigher, 0, 0.2),
  };
}

std::vector<Signal> programSignals() {
  Signal cache = number("queries.cacheHitRate",
                        "sum(rate(db_cache_requests_total{result=\"hit\"}[5m])) / "
                        "(sum(rate(db_cache_requests_total[5m])) > 0)",
                        "ratio", Better::kHigher, 0.05);
  cache.highest = 1;
  return {
      time("queries.avgResponseTime", meanOf("db_query_duration_seconds", ""), 50),
      number("queries.slowQueries",
             "sum(increase(db_query_duration_seconds_count[5m])) - "
             "sum(increase(db_query_duration_seconds_bucket{le=\"1\"}[5m]))",
             "", Better::kLower, 1),
      number("queries.queryThroughput", "sum(rate(db_queries_total[5m]))", "1/s", Better::kHigher,
             0, 0.2),
      cache,
      number("ui.frameRate",
             "1 / histogram_quantile(0.5, sum by (le) "
             "(rate(browser_frame_duration_seconds_bucket[5m])))",
             "FPS", Better::kHigher, 5),
      time("ui.renderTime", meanOf("browser_render_duration_seconds", ""), 5),
      time("ui.webSocketLatency", meanOf("browser_websocket_latency_seconds", ""), 20),
      time("ui.uiResponseTime", meanOf("browser_interaction_to_next_paint_seconds", ""), 50),
  };
}

bool isWordStart(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isWordPart(char c) { return isWordStart(c) || c == ':' || c == '.' || (c >= '0' && c <= '9'); }

// Where a text in quotes, or braces, that begins at `at` ends; the end of all if it does not.
std::size_t skipped(std::string_view text, std::size_t at) {
  const char end = text[at] == '{' ? '}' : text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && end != '`') {
      ++i;
    } else if (text[i] == end) {
      return i + 1;
    } else if (end == '}' && (text[i] == '"' || text[i] == '\'' || text[i] == '`')) {
      i = skipped(text, i) - 1;
    }
  }
  return text.size();
}

// The text with each whole word that `replace` knows replaced; it returns an empty text for others.
template <typename Replace>
std::string replaced(std::string_view text, const Replace& replace) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (text[i] == '"' || text[i] == '\'' || text[i] == '`' || text[i] == '{') {
      end = skipped(text, i);
    } else if (isWordPart(text[i])) {
      while (end < text.size() && isWordPart(text[end])) ++end;
      const std::string other = replace(text.substr(i, end - i));
      if (!other.empty()) {
        result += other;
        i = end;
        continue;
      }
    }
    result += text.substr(i, end - i);
    i = end;
  }
  return result;
}

}  // namespace

double Signal::leastChangeAt(double median) const {
  return std::max(leastChange, std::isnan(median) ? 0 : leastShare * std::fabs(median));
}

const std::vector<Signal>& builtInSignals() {
  static const std::vector<Signal> all = [] {
    std::vector<Signal> signals = systemSignals();
    for (const auto& more : {agentSignals(), programSignals()}) {
      signals.insert(signals.end(), more.begin(), more.end());
    }
    return signals;
  }();
  return all;
}

Signal recordedSignals() {
  return {.name = std::string(kRecordedSignals), .expression = std::string(kRecordedSignals)};
}

Signal signalOf(std::string_view nameOrExpression) {
  for (const Signal& signal : builtInSignals()) {
    if (signal.name == nameOrExpression) return signal;
  }
  if (nameOrExpression == kRecordedSignals) return recordedSignals();
  return {.name = std::string(nameOrExpression), .expression = std::string(nameOrExpression)};
}

std::string withAliases(std::string_view expression) {
  return replaced(expression, [](std::string_view word) -> std::string {
    for (const Signal& signal : builtInSignals()) {
      if (signal.name == word) return "(" + withRules(signal.expression) + ")";
    }
    return {};
  });
}

std::string withRules(std::string_view expression) {
  return replaced(expression, [](std::string_view word) -> std::string {
    for (const Replacement& rule : kRules) {
      if (rule.name != word) continue;
      return "(" + std::string(rule.name) + " or (" + std::string(rule.text) + "))";
    }
    return {};
  });
}

}  // namespace orchestrator_exporter::analysis
