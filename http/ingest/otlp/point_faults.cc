#include "http/ingest/otlp/point_faults.h"

#include <algorithm>
#include <cmath>

namespace orchestrator_exporter::http::otlp {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::uint64_t kNanosecondsPerHour = 3'600'000'000'000;
// Of OpenTelemetry's data model.
constexpr std::int32_t kFinestScale = 20;
constexpr std::int32_t kCoarsestScale = -10;

bool hasTemporality(MetricKind kind) {
  return kind == MetricKind::kSum || kind == MetricKind::kHistogram ||
         kind == MetricKind::kExponential;
}

std::string_view numberFault(const MetricHead& head, const MetricPoint& point) {
  if (!point.hasValue) return "the point has no value";
  if (head.kind == MetricKind::kGauge) return {};
  if (std::isnan(point.value)) return "the sum is not a number";
  if (std::isinf(point.value)) return "the sum is infinite";
  if (head.monotonic && point.value < 0) return "a monotonic sum is negative";
  return {};
}

std::string_view bucketsFault(const MetricPoint& point) {
  if (point.counts.size() > kMostBuckets) return "there are too many buckets";
  const bool isPlain = point.counts.empty() && point.bounds.empty();
  if (!isPlain && point.counts.size() != point.bounds.size() + 1) {
    return "bucket_counts must be one more than explicit_bounds";
  }
  const auto isFinite = [](double bound) { return std::isfinite(bound); };
  if (!std::all_of(point.bounds.begin(), point.bounds.end(), isFinite)) {
    return "explicit_bounds must be finite";
  }
  const auto falls = [](double a, double b) { return b <= a; };
  if (std::adjacent_find(point.bounds.begin(), point.bounds.end(), falls) != point.bounds.end()) {
    return "explicit_bounds must ascend";
  }
  return std::isfinite(point.sum) ? std::string_view() : "the sum is not finite";
}

std::string_view exponentialFault(const MetricPoint& point) {
  if (point.positiveCounts.size() > kMostBuckets || point.negativeCounts.size() > kMostBuckets) {
    return "there are too many buckets";
  }
  if (point.scale > kFinestScale || point.scale < kCoarsestScale) return "the scale is unusual";
  if (!(point.zeroThreshold >= 0) || std::isinf(point.zeroThreshold)) {
    return "the zero threshold is no small number";
  }
  return std::isfinite(point.sum) ? std::string_view() : "the sum is not finite";
}

std::string_view summaryFault(const MetricPoint& point) {
  const auto isShare = [](const Quantile& one) { return one.quantile >= 0 && one.quantile <= 1; };
  if (point.quantiles.size() > kMostBuckets ||
      !std::all_of(point.quantiles.begin(), point.quantiles.end(), isShare)) {
    return "quantiles are from 0 to 1";
  }
  return {};
}

}  // namespace

std::string_view faultOf(const MetricHead& head) {
  if (head.name.empty()) return "the metric has no name";
  if (head.name.size() > kLongestName) return "the metric's name is longer than 255 bytes";
  if (hasTemporality(head.kind) && head.temporality != 1 && head.temporality != 2) {
    return "the aggregation temporality is neither delta nor cumulative";
  }
  return {};
}

std::string_view faultOf(const MetricHead& head, const MetricPoint& point, std::uint64_t now) {
  if (point.attributes.size() > kMostAttributes) return "there are too many attributes";
  if (point.time > now && point.time - now > kNanosecondsPerHour) {
    return "the time is more than an hour ahead";
  }
  constexpr std::uint32_t kNoValue = 1;
  if ((point.flags & kNoValue) != 0) return {};
  switch (head.kind) {
    case MetricKind::kGauge:
    case MetricKind::kSum:
      return numberFault(head, point);
    case MetricKind::kHistogram:
      return bucketsFault(point);
    case MetricKind::kExponential:
      return exponentialFault(point);
    case MetricKind::kSummary:
      return summaryFault(point);
    case MetricKind::kNone:
      break;
  }
  return "the metric has no data";
}

}  // namespace orchestrator_exporter::http::otlp
