#include "http/ingest/remote_write/histogram_decoding.h"

#include <bit>
#include <memory>
#include <protozero/pbf_reader.hpp>
#include <vector>

#include "metrics/base/errors.h"
#include "metrics/exposition/protobuf_fields.h"
#include "metrics/history.h"

namespace orchestrator_exporter::http::remote_write {

namespace {

using protozero::pbf_reader;
using Tag = protozero::pbf_tag_type;

enum HistogramField : Tag {
  kCountInt = 1,
  kCountFloat = 2,
  kSum = 3,
  kSchema = 4,
  kZeroThreshold = 5,
  kZeroCountInt = 6,
  kZeroCountFloat = 7,
  kNegativeSpans = 8,
  kNegativeDeltas = 9,
  kNegativeCounts = 10,
  kPositiveSpans = 11,
  kPositiveDeltas = 12,
  kPositiveCounts = 13,
  kResetHint = 14,
  kTimestamp = 15,
  kCustomValues = 16
};
enum SpanField : Tag { kOffset = 1, kLength = 2 };

// The buckets of one sign as the message has them: as differences or as counts.
struct Side {
  std::vector<NativeSpan> spans;
  std::vector<std::int64_t> deltas;
  std::vector<double> counts;

  FloatHistogram::Buckets buckets() const {
    if (!deltas.empty() && !counts.empty()) {
      throw ParseError("a histogram has both differences and counts of buckets");
    }
    return counts.empty() ? bucketsOf(spans, deltas) : bucketsOf(spans, counts);
  }
};

NativeSpan readSpan(pbf_reader message) {
  NativeSpan span;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint(kOffset):
        span.offset = message.get_sint32();
        break;
      case varint(kLength):
        span.length = message.get_uint32();
        break;
      default:
        message.skip();
    }
  }
  return span;
}

FloatHistogram::Hint hintOf(std::int32_t number) {
  switch (number) {
    case 1:
      return FloatHistogram::Hint::kReset;
    case 2:
      return FloatHistogram::Hint::kNotReset;
    case 3:
      return FloatHistogram::Hint::kGauge;
    default:
      return FloatHistogram::Hint::kUnknown;
  }
}

class HistogramReader {
 public:
  TimedHistogram read(pbf_reader message) {
    while (message.next()) {
      if (!readNumber(message) && !readBuckets(message)) message.skip();
    }
    if (std::bit_cast<std::uint64_t>(histogram_.sum) != kStaleBits) {
      histogram_.positive = positive_.buckets();
      histogram_.negative = negative_.buckets();
      requireValid(histogram_);
    }
    return {time_, std::make_shared<FloatHistogram>(std::move(histogram_))};
  }

 private:
  bool readNumber(pbf_reader& message) {
    switch (message.tag_and_type()) {
      case varint(kCountInt):
        histogram_.count = static_cast<double>(message.get_uint64());
        return true;
      case fixed64(kCountFloat):
        histogram_.count = message.get_double();
        return true;
      case fixed64(kSum):
        histogram_.sum = message.get_double();
        return true;
      case varint(kSchema):
        histogram_.schema = message.get_sint32();
        return true;
      case fixed64(kZeroThreshold):
        histogram_.zeroThreshold = message.get_double();
        return true;
      case varint(kZeroCountInt):
        histogram_.zeroCount = static_cast<double>(message.get_uint64());
        return true;
      case fixed64(kZeroCountFloat):
        histogram_.zeroCount = message.get_double();
        return true;
      case varint(kResetHint):
        histogram_.hint = hintOf(message.get_enum());
        return true;
      case varint(kTimestamp):
        time_ = message.get_int64();
        return true;
      default:
        return false;
    }
  }

  bool readBuckets(pbf_reader& message) {
    switch (message.tag_and_type()) {
      case bytes(kNegativeSpans):
        negative_.spans.push_back(readSpan(message.get_message()));
        return true;
      case bytes(kPositiveSpans):
        positive_.spans.push_back(readSpan(message.get_message()));
        return true;
      case bytes(kNegativeDeltas):
        append(negative_.deltas, message.get_packed_sint64());
        return true;
      case bytes(kPositiveDeltas):
        append(positive_.deltas, message.get_packed_sint64());
        return true;
      case bytes(kNegativeCounts):
        append(negative_.counts, message.get_packed_double());
        return true;
      case bytes(kPositiveCounts):
        append(positive_.counts, message.get_packed_double());
        return true;
      case bytes(kCustomValues):
        append(histogram_.customBounds, message.get_packed_double());
        return true;
      default:
        return false;
    }
  }

  template <class Value, class Range>
  static void append(std::vector<Value>& values, const Range& range) {
    for (const auto value : range) values.push_back(value);
  }

  FloatHistogram histogram_;
  std::int64_t time_ = 0;
  Side positive_;
  Side negative_;
};

}  // namespace

TimedHistogram decodeHistogram(std::string_view message) {
  TimedHistogram decoded;
  decodeProtobuf(
      [&] { decoded = HistogramReader().read(pbf_reader(message.data(), message.size())); });
  return decoded;
}

}  // namespace orchestrator_exporter::http::remote_write
