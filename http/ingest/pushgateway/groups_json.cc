#include "http/ingest/pushgateway/groups_json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "metrics/base/number_format.h"
#include "metrics/base/text_buffer.h"
#include "metrics/base/utc_text.h"
#include "metrics/exposition/json_text.h"
#include "metrics/float_histogram.h"
#include "metrics/label_text.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

using Json = nlohmann::json;

std::string boundText(double value) {
  TextBuffer text;
  appendBound(text, value, false);
  return std::string(text.view());
}

// RFC 3339, in UTC.
std::string timeText(double seconds) {
  const double whole = std::floor(seconds);
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%06dZ", static_cast<int>((seconds - whole) * 1e6));
  return utcText(static_cast<std::int64_t>(whole)).value_or("") + fraction;
}

const char* wordOf(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "COUNTER";
    case MetricType::kHistogram:
      return "HISTOGRAM";
    case MetricType::kSummary:
      return "SUMMARY";
    case MetricType::kUntyped:
      return "UNTYPED";
    default:
      return "GAUGE";
  }
}

Json labelsJson(std::span<const Label> labels) {
  Json object = Json::object();
  for (const Label& label : labels) object[std::string(label.name)] = std::string(label.value);
  return object;
}

// [how its ends belong to it, lower end, upper end, count] for each native bucket that has any:
// 0 (lower, upper], 1 [lower, upper), 3 [lower, upper].
Json nativeBuckets(const ParsedDistribution& histogram) {
  Json buckets = Json::array();
  const FloatHistogram native =
      floatHistogramOf({.count = histogram.count, .sum = histogram.sum}, histogram.native->view());
  for (const FloatHistogram::Range& range : native.ranges()) {
    if (range.count == 0) continue;
    const int ends = !range.lowerClosed ? 0 : !range.upperClosed ? 1 : 3;
    buckets.push_back(
        {ends, numberText(range.lower), numberText(range.upper), numberText(range.count)});
  }
  return buckets;
}

Json sampleJson(const GroupFamily& family, const GroupSample& sample) {
  Json object = {{"labels", labelsJson(ParsedLabels(sample.labelText).view())}};
  if (sample.distribution == nullptr) {
    object["value"] = numberText(sample.value);
    return object;
  }
  const ParsedDistribution& all = *sample.distribution;
  object["count"] = std::to_string(all.count);
  object["sum"] = numberText(all.sum);
  if (all.native != nullptr) {
    object["buckets"] = nativeBuckets(all);
    return object;
  }
  Json& parts = object[family.type == MetricType::kHistogram ? "buckets" : "quantiles"];
  parts = Json::object();
  for (const Bucket& bucket : all.buckets) {
    parts[boundText(bucket.upperBound)] = std::to_string(bucket.cumulativeCount);
  }
  for (const Quantile& one : all.quantiles) parts[boundText(one.quantile)] = numberText(one.value);
  return object;
}

Json familyJson(const GroupFamily& family) {
  Json object = {{"time_stamp", timeText(family.time)}, {"type", wordOf(family.type)}};
  if (!family.help.empty()) object["help"] = family.help;
  Json& samples = object["metrics"];
  samples = Json::array();
  for (const GroupSample& sample : family.samples) samples.push_back(sampleJson(family, sample));
  return object;
}

// push_time_seconds, or the one of failures.
Json timeJson(const PushGroup& group, double value, const char* help) {
  Json labels = {{"instance", ""}};
  for (const auto& [name, text] : group.labels) labels[name] = text;
  const Json sample = {{"labels", std::move(labels)}, {"value", numberText(value)}};
  return {{"time_stamp", timeText(std::max(group.pushTime, group.failureTime))},
          {"type", "GAUGE"},
          {"help", help},
          {"metrics", Json::array({sample})}};
}

Json groupJson(const PushGroup& group) {
  Json object = Json::object();
  for (const auto& [name, family] : group.families) object[name] = familyJson(*family);
  object["labels"] = group.labels;
  object["last_push_successful"] = group.pushTime > group.failureTime;
  object["push_time_seconds"] = timeJson(
      group, group.pushTime, "When this group was pushed last, in Unix seconds; 0 if never.");
  object["push_failure_time_seconds"] =
      timeJson(group, group.failureTime,
               "When a push of this group was refused last, in Unix seconds; 0 if never.");
  return object;
}

}  // namespace

std::string groupsJson(const std::vector<std::shared_ptr<const PushGroup>>& groups) {
  Json data = Json::array();
  for (const auto& group : groups) data.push_back(groupJson(*group));
  return jsonText({{"status", "success"}, {"data", std::move(data)}});
}

}  // namespace orchestrator_exporter::http::pushgateway
