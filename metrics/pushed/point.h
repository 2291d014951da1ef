#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "metrics/base/text_buffer.h"
#include "metrics/sample.h"

namespace orchestrator_exporter {

// What a number of a pushed point means for its stream.
enum class Temporality : std::uint8_t {
  kDelta,       // what came since the point before
  kCumulative,  // all since the start of the stream
  kInstant,     // what is now
};

// Which stream a point belongs to, and when. A stream is one sender's view of one thing; several
// streams may add up in one series.
struct PointTime {
  std::uint64_t stream = 0;  // a hash of all that tells one stream from another
  Temporality temporality = Temporality::kInstant;
  std::uint64_t start = 0;  // nanoseconds since the Unix epoch; 0: unknown
  std::uint64_t time = 0;
};

enum class PushResult : std::uint8_t {
  kAccepted,
  kDuplicate,  // came before, or is older than what came: nothing has changed
  kOverflow,   // of a series beyond a limit: added to the overflow series, or dropped if a gauge
  kRejected,   // beyond the number of streams
};

// What a point has added to its series: the growth of a cumulative stream, all of a delta.
struct Taken {
  PushResult result = PushResult::kAccepted;
  double value = 0;         // of a counter; the sum of a histogram
  std::uint64_t count = 0;  // of a histogram
};

// Writes the labels of the series that a stream shows up in, as FamilySink::preparedSample takes
// them. Asked for new streams only.
class SeriesLabels {
 public:
  virtual ~SeriesLabels() = default;
  virtual void append(TextBuffer& out) const = 0;
  // Seconds after the last point in which the series expires; 0: as the limits have it.
  virtual std::uint32_t expiry() const { return 0; }
};

// An example of what was counted. The ids are in hexadecimal, or empty.
struct PushedExemplar {
  std::string_view traceId = {};
  std::string_view spanId = {};
  double value = 0;
  double timestamp = 0;  // Unix seconds
};

// Points of each kind. What they point at must stay valid for the call that takes them.
struct NumberPoint {
  double value = 0;
  std::span<const PushedExemplar> exemplars = {};
};

// Counts has one element more than bounds, which ascend.
struct BucketsPoint {
  std::span<const double> bounds = {};
  std::span<const std::uint64_t> counts = {};
  std::uint64_t count = 0;
  double sum = 0;
  std::span<const PushedExemplar> exemplars = {};
};

// A run of exponential buckets: the i-th holds what lies in (base^(offset+i), base^(offset+i+1)].
struct ExponentialRun {
  std::int32_t offset = 0;
  std::span<const std::uint64_t> counts = {};
};

// With base 2^(2^-scale).
struct ExponentialPoint {
  std::int32_t scale = 0;
  double zeroThreshold = 0;
  std::uint64_t zeroCount = 0;
  ExponentialRun positive = {};
  ExponentialRun negative = {};
  std::uint64_t count = 0;
  double sum = 0;
  std::span<const PushedExemplar> exemplars = {};
};

struct SummaryPoint {
  std::span<const Quantile> quantiles = {};
  std::uint64_t count = 0;
  double sum = 0;
};

}  // namespace orchestrator_exporter
