#include "http/ingest/otlp/decoding/protobuf_metrics.h"

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <string>

#include "http/ingest/otlp/decoding/protobuf_attributes.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::otlp {
namespace {

using protozero::pbf_reader;
using Tag = protozero::pbf_tag_type;

enum RequestField : Tag { kResourceMetrics = 1 };
enum ResourceMetricsField : Tag { kResource = 1, kScopeMetrics = 2 };
enum ResourceField : Tag { kResourceAttributes = 1 };
enum ScopeMetricsField : Tag { kScope = 1, kMetrics = 2 };
enum ScopeField : Tag { kScopeName = 1, kScopeVersion = 2, kScopeAttributes = 3 };
enum MetricField : Tag {
  kName = 1,
  kDescription = 2,
  kUnit = 3,
  kGauge = 5,
  kSum = 7,
  kHistogram = 9,
  kExponential = 10,
  kSummary = 11,
};
enum DataField : Tag { kPoints = 1, kTemporality = 2, kMonotonic = 3 };

// A repeated number, packed or not.
template <typename Number, typename Range, typename One>
void appendNumbers(pbf_reader& message, std::vector<Number>& out, Range range, One one) {
  if (message.wire_type() != protozero::pbf_wire_type::length_delimited) {
    if (out.size() <= kMostBuckets) out.push_back((message.*one)());
    return;
  }
  for (const Number number : (message.*range)()) {
    if (out.size() > kMostBuckets) break;
    out.push_back(number);
  }
}

void appendFixed(pbf_reader& message, std::vector<std::uint64_t>& out) {
  appendNumbers(message, out, &pbf_reader::get_packed_fixed64, &pbf_reader::get_fixed64);
}
void appendVarints(pbf_reader& message, std::vector<std::uint64_t>& out) {
  appendNumbers(message, out, &pbf_reader::get_packed_uint64, &pbf_reader::get_uint64);
}
void appendDoubles(pbf_reader& message, std::vector<double>& out) {
  appendNumbers(message, out, &pbf_reader::get_packed_double, &pbf_reader::get_double);
}

class Decoder {
 public:
  explicit Decoder(MetricsVisitor& visitor) : visitor_(visitor) {}

  void request(pbf_reader message) {
    while (nextMessage(message, kResourceMetrics)) resourceMetrics(message.get_message());
  }

 private:
  void resourceMetrics(pbf_reader message);
  void scopeMetrics(pbf_reader message);
  void metric(pbf_reader message);
  void points(pbf_reader data);
  void point(pbf_reader message);
  void number(pbf_reader& message);
  void histogram(pbf_reader& message);
  void exponential(pbf_reader& message);
  void summary(pbf_reader& message);
  void exemplar(pbf_reader message);
  void attribute(pbf_reader& message) {
    appendAttribute(message.get_message(), pointTexts_, point_.attributes);
  }

  MetricsVisitor& visitor_;
  MetricHead head_;
  MetricPoint point_;
  Texts texts_;
  Texts pointTexts_;
};

// Fields may come in any order, but the resource is needed first.
void Decoder::resourceMetrics(pbf_reader message) {
  texts_.clear();
  std::vector<Attribute> attributes;
  for (pbf_reader search = message; nextMessage(search, kResource);) {
    pbf_reader resource = search.get_message();
    while (nextMessage(resource, kResourceAttributes)) {
      appendAttribute(resource.get_message(), texts_, attributes);
    }
  }
  visitor_.resource(attributes);
  while (nextMessage(message, kScopeMetrics)) scopeMetrics(message.get_message());
}

void Decoder::scopeMetrics(pbf_reader message) {
  std::string_view name;
  std::string_view version;
  std::vector<Attribute> attributes;
  for (pbf_reader search = message; nextMessage(search, kScope);) {
    pbf_reader scope = search.get_message();
    while (scope.next()) {
      switch (scope.tag_and_type()) {
        case bytes(kScopeName):
          name = viewOf(scope.get_view());
          break;
        case bytes(kScopeVersion):
          version = viewOf(scope.get_view());
          break;
        case bytes(kScopeAttributes):
          appendAttribute(scope.get_message(), texts_, attributes);
          break;
        default:
          scope.skip();
      }
    }
  }
  visitor_.scope(name, version, attributes);
  while (nextMessage(message, kMetrics)) metric(message.get_message());
}

void Decoder::metric(pbf_reader message) {
  head_ = {};
  pbf_reader data;
  const auto is = [&](MetricKind kind) {
    head_.kind = kind;
    data = message.get_message();
  };
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes(kName):
        head_.name = viewOf(message.get_view());
        break;
      case bytes(kDescription):
        head_.description = viewOf(message.get_view());
        break;
      case bytes(kUnit):
        head_.unit = viewOf(message.get_view());
        break;
      case bytes(kGauge):
        is(MetricKind::kGauge);
        break;
      case bytes(kSum):
        is(MetricKind::kSum);
        break;
      case bytes(kHistogram):
        is(MetricKind::kHistogram);
        break;
      case bytes(kExponential):
        is(MetricKind::kExponential);
        break;
      case bytes(kSummary):
        is(MetricKind::kSummary);
        break;
      default:
        message.skip();
    }
  }
  if (head_.kind != MetricKind::kNone) points(data);
}

// What the points mean comes behind them.
void Decoder::points(pbf_reader data) {
  for (pbf_reader search = data; search.next();) {
    switch (search.tag_and_type()) {
      case varint(kTemporality):
        head_.temporality = search.get_enum();
        break;
      case varint(kMonotonic):
        head_.monotonic = search.get_bool();
        break;
      default:
        search.skip();
    }
  }
  visitor_.metric(head_);
  while (nextMessage(data, kPoints)) point(data.get_message());
}

void Decoder::point(pbf_reader message) {
  point_.clear();
  pointTexts_.clear();
  while (message.next()) {
    // Start and time have the same numbers in all points.
    if (message.tag_and_type() == fixed64(2)) {
      point_.start = message.get_fixed64();
    } else if (message.tag_and_type() == fixed64(3)) {
      point_.time = message.get_fixed64();
    } else if (head_.kind == MetricKind::kHistogram) {
      histogram(message);
    } else if (head_.kind == MetricKind::kExponential) {
      exponential(message);
    } else if (head_.kind == MetricKind::kSummary) {
      summary(message);
    } else {
      number(message);
    }
  }
  visitor_.point(point_);
}

void Decoder::number(pbf_reader& message) {
  switch (message.tag_and_type()) {
    case fixed64(4):
      point_.value = message.get_double();
      point_.hasValue = true;
      break;
    case bytes(5):
      exemplar(message.get_message());
      break;
    case fixed64(6):
      point_.value = static_cast<double>(message.get_sfixed64());
      point_.hasValue = true;
      break;
    case bytes(7):
      attribute(message);
      break;
    case varint(8):
      point_.flags = message.get_uint32();
      break;
    default:
      message.skip();
  }
}

void Decoder::histogram(pbf_reader& message) {
  switch (message.tag_and_type()) {
    case fixed64(4):
      point_.count = message.get_fixed64();
      break;
    case fixed64(5):
      point_.sum = message.get_double();
      break;
    case bytes(6):
    case fixed64(6):
      appendFixed(message, point_.counts);
      break;
    case bytes(7):
    case fixed64(7):
      appendDoubles(message, point_.bounds);
      break;
    case bytes(8):
      exemplar(message.get_message());
      break;
    case bytes(9):
      attribute(message);
      break;
    case varint(10):
      point_.flags = message.get_uint32();
      break;
    default:
      message.skip();
  }
}

void readRun(pbf_reader run, std::int32_t& offset, std::vector<std::uint64_t>& counts) {
  while (run.next()) {
    switch (run.tag_and_type()) {
      case varint(1):
        offset = run.get_sint32();
        break;
      case bytes(2):
      case varint(2):
        appendVarints(run, counts);
        break;
      default:
        run.skip();
    }
  }
}

void Decoder::exponential(pbf_reader& message) {
  switch (message.tag_and_type()) {
    case bytes(1):
      attribute(message);
      break;
    case fixed64(4):
      point_.count = message.get_fixed64();
      break;
    case fixed64(5):
      point_.sum = message.get_double();
      break;
    case varint(6):
      point_.scale = message.get_sint32();
      break;
    case fixed64(7):
      point_.zeroCount = message.get_fixed64();
      break;
    case bytes(8):
      readRun(message.get_message(), point_.positiveOffset, point_.positiveCounts);
      break;
    case bytes(9):
      readRun(message.get_message(), point_.negativeOffset, point_.negativeCounts);
      break;
    case varint(10):
      point_.flags = message.get_uint32();
      break;
    case bytes(11):
      exemplar(message.get_message());
      break;
    case fixed64(14):
      point_.zeroThreshold = message.get_double();
      break;
    default:
      message.skip();
  }
}

void Decoder::summary(pbf_reader& message) {
  switch (message.tag_and_type()) {
    case fixed64(4):
      point_.count = message.get_fixed64();
      break;
    case fixed64(5):
      point_.sum = message.get_double();
      break;
    case bytes(6): {
      Quantile quantile;
      pbf_reader value = message.get_message();
      while (value.next()) {
        if (value.tag_and_type() == fixed64(1)) {
          quantile.quantile = value.get_double();
        } else if (value.tag_and_type() == fixed64(2)) {
          quantile.value = value.get_double();
        } else {
          value.skip();
        }
      }
      if (point_.quantiles.size() <= kMostBuckets) point_.quantiles.push_back(quantile);
      break;
    }
    case bytes(7):
      attribute(message);
      break;
    case varint(8):
      point_.flags = message.get_uint32();
      break;
    default:
      message.skip();
  }
}

void Decoder::exemplar(pbf_reader message) {
  if (point_.exemplars.size() >= kMostExemplars) return;
  PushedExemplar exemplar;
  constexpr double kNanoseconds = 1e-9;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case fixed64(2):
        exemplar.timestamp = static_cast<double>(message.get_fixed64()) * kNanoseconds;
        break;
      case fixed64(3):
        exemplar.value = message.get_double();
        break;
      case bytes(4):
        exemplar.spanId = readId(viewOf(message.get_view()), pointTexts_);
        break;
      case bytes(5):
        exemplar.traceId = readId(viewOf(message.get_view()), pointTexts_);
        break;
      case fixed64(6):
        exemplar.value = static_cast<double>(message.get_sfixed64());
        break;
      default:
        message.skip();
    }
  }
  if (!exemplar.traceId.empty()) point_.exemplars.push_back(exemplar);
}

}  // namespace

void decodeProtobufMetrics(std::string_view bytes, MetricsVisitor& visitor) {
  decodeProtobuf([&] {
    checkFrames(bytes);
    Decoder(visitor).request(pbf_reader(bytes.data(), bytes.size()));
  });
}

}  // namespace orchestrator_exporter::http::otlp
