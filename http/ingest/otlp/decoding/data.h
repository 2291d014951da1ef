#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/pushed/attribute.h"
#include "metrics/pushed/point.h"

// What OTLP requests hold, whatever their encoding: a decoder fills these and hands them to a
// visitor. All views are valid for that call only.

namespace orchestrator_exporter::http::otlp {

// More than anybody sends; what is beyond is not kept, and the point is refused.
inline constexpr std::size_t kMostAttributes = 256;
inline constexpr std::size_t kMostBuckets = 4'096;
inline constexpr std::size_t kMostExemplars = 64;
inline constexpr std::size_t kMostNesting = 64;

enum class MetricKind : std::uint8_t { kNone, kGauge, kSum, kHistogram, kExponential, kSummary };

struct MetricHead {
  std::string_view name = {};
  std::string_view description = {};
  std::string_view unit = {};
  MetricKind kind = MetricKind::kNone;
  int temporality = 0;  // 1 delta, 2 cumulative
  bool monotonic = false;
};

struct MetricPoint {
  std::vector<Attribute> attributes;
  std::uint64_t start = 0;  // nanoseconds since the Unix epoch
  std::uint64_t time = 0;
  std::uint32_t flags = 0;
  bool hasValue = false;  // of a gauge or sum
  double value = 0;
  std::uint64_t count = 0;
  double sum = 0;
  std::vector<double> bounds;
  std::vector<std::uint64_t> counts;
  std::int32_t scale = 0;
  double zeroThreshold = 0;
  std::uint64_t zeroCount = 0;
  std::int32_t positiveOffset = 0;
  std::vector<std::uint64_t> positiveCounts;
  std::int32_t negativeOffset = 0;
  std::vector<std::uint64_t> negativeCounts;
  std::vector<Quantile> quantiles;
  std::vector<PushedExemplar> exemplars;

  // Forgets everything but memory.
  void clear() {
    attributes.clear();
    start = time = 0;
    flags = 0;
    hasValue = false;
    value = sum = zeroThreshold = 0;
    count = zeroCount = 0;
    scale = positiveOffset = negativeOffset = 0;
    bounds.clear();
    counts.clear();
    positiveCounts.clear();
    negativeCounts.clear();
    quantiles.clear();
    exemplars.clear();
  }
};

class MetricsVisitor {
 public:
  virtual ~MetricsVisitor() = default;
  virtual void resource(std::span<const Attribute> attributes) = 0;
  virtual void scope(std::string_view name, std::string_view version,
                     std::span<const Attribute> attributes) = 0;
  virtual void metric(const MetricHead& head) = 0;
  virtual void point(const MetricPoint& point) = 0;
};

struct LogRecord {
  std::uint64_t time = 0;
  std::uint64_t observed = 0;
  std::string_view eventName = {};
  AnyValue body = {};
  std::vector<Attribute> attributes;
  std::string_view traceId = {};  // in hexadecimal, or empty
  std::string_view spanId = {};
  std::string_view bytes = {};  // the record as it came

  void clear() {
    time = observed = 0;
    eventName = traceId = spanId = bytes = {};
    body = {};
    attributes.clear();
  }
};

class LogsVisitor {
 public:
  virtual ~LogsVisitor() = default;
  // `bytes` as they came, to tell one resource from another.
  virtual void resource(std::span<const Attribute> attributes, std::string_view bytes) = 0;
  virtual void scope(std::string_view name) = 0;
  virtual void record(const LogRecord& record) = 0;
};

// Texts that a decoder makes and its views point at.
class Texts {
 public:
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  // Bytes in lower case hexadecimal.
  std::string_view keepHex(std::string_view bytes);
  void clear() { kept_.clear(); }

 private:
  std::deque<std::string> kept_;
};

}  // namespace orchestrator_exporter::http::otlp
