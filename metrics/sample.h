#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "metrics/label.h"

namespace orchestrator_exporter {

// The types of the OpenMetrics specification that this program gives; kUntyped is called unknown
// there. Formats without info and state sets show both as gauges.
enum class MetricType : std::uint8_t {
  kCounter,
  kGauge,
  kUntyped,
  kHistogram,
  kSummary,
  kInfo,
  kStateSet,
};

// What all samples of one family share. `name` is the name as in the text format: with `_total` for
// counters that have it, with `_info` for infos. `unit` is empty or the suffix of the name that
// names its unit (OpenMetrics UNIT), without the underscore.
struct FamilyHead {
  std::string_view name;
  std::string_view help;
  MetricType type = MetricType::kUntyped;
  std::string_view unit = {};
};

// An example of what was counted, usually with a trace_id (OpenMetrics 1.0, section Exemplars).
// Names and values of all labels together have at most 128 characters; a writer leaves out an
// exemplar that breaks this.
struct Exemplar {
  std::span<const Label> labels = {};
  double value = 0;
  double timestamp = 0;  // Unix seconds; 0 where it is not known.
};

// What can stand beside a value.
struct SampleExtras {
  const Exemplar* exemplar = nullptr;  // for counters only
  double created = 0;                  // Unix seconds when the series began; 0 = not known
};

struct Bucket {
  double upperBound = 0;
  std::uint64_t cumulativeCount = 0;
  const Exemplar* exemplar = nullptr;
};

// A run of consecutive native buckets, as on the wire: the first index is `offset` after the end of
// the span before (or absolute for the first).
struct NativeSpan {
  std::int32_t offset = 0;
  std::uint32_t length = 0;
};

// The exponential side of a histogram (Prometheus native histograms, schema -4 to 8): bucket i
// holds observations in (2^((i-1)*2^-schema), 2^(i*2^-schema)].
struct NativeBuckets {
  std::int32_t schema = 0;
  double zeroThreshold = 0;
  std::uint64_t zeroCount = 0;
  std::span<const NativeSpan> positiveSpans = {};
  std::span<const std::int64_t> positiveDeltas = {};  // difference to the bucket before
  std::span<const NativeSpan> negativeSpans = {};
  std::span<const std::int64_t> negativeDeltas = {};
};

// Buckets ascend strictly by bound. A bucket of bound +Inf may be left out: writers take `count`
// for it. Counts that fall, or are above `count`, come from others' texts: they are passed on as
// they are in formats that allow it.
struct HistogramValue {
  std::span<const Bucket> buckets = {};
  std::uint64_t count = 0;
  double sum = 0;
  double created = 0;
  const NativeBuckets* native = nullptr;
};

struct Quantile {
  double quantile = 0;  // 0 to 1
  double value = 0;
};

struct SummaryValue {
  std::span<const Quantile> quantiles = {};
  std::uint64_t count = 0;
  double sum = 0;
  double created = 0;
};

}  // namespace orchestrator_exporter
