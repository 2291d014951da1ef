#include "http/ingest/otlp/decoding/json_metrics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "http/ingest/otlp/decoding/json_values.h"

namespace orchestrator_exporter::http::otlp {
namespace {

using namespace json;

constexpr std::array<std::pair<std::string_view, MetricKind>, 5> kKinds = {{
    {"gauge", MetricKind::kGauge},
    {"sum", MetricKind::kSum},
    {"histogram", MetricKind::kHistogram},
    {"exponentialHistogram", MetricKind::kExponential},
    {"summary", MetricKind::kSummary},
}};

MetricKind kindOf(const Key& key) {
  for (const auto& [name, kind] : kKinds) {
    if (key == name) return kind;
  }
  return MetricKind::kNone;
}

std::string_view keyOf(MetricKind wanted) {
  for (const auto& [name, kind] : kKinds) {
    if (kind == wanted) return name;
  }
  return {};
}

void readCounts(ondemand::value list, std::vector<std::uint64_t>& out) {
  forEach(list, [&](ondemand::value count) {
    if (out.size() <= kMostBuckets) out.push_back(readUnsigned(count));
  });
}

// Keys come in any order, so each object is gone through twice: for what its parts need to know,
// then for the parts.
class Decoder {
 public:
  explicit Decoder(MetricsVisitor& visitor) : visitor_(visitor) {}

  void request(ondemand::object root) {
    forFields(root, [&](const Key& key, ondemand::value value) {
      if (key != "resourceMetrics") return;
      forEach(value, [&](ondemand::value element) { resourceMetrics(element.get_object()); });
    });
  }

 private:
  void resourceMetrics(ondemand::object object);
  void scopeMetrics(ondemand::object object);
  void metric(ondemand::object object);
  void data(ondemand::object object);
  void point(ondemand::object object);
  void pointField(const Key& key, ondemand::value value);
  void exemplar(ondemand::object object);
  void run(ondemand::object object, std::int32_t& offset, std::vector<std::uint64_t>& counts);
  void quantile(ondemand::object object);

  MetricsVisitor& visitor_;
  MetricHead head_;
  MetricPoint point_;
  Texts texts_;
  Texts pointTexts_;
};

void Decoder::resourceMetrics(ondemand::object object) {
  texts_.clear();
  std::vector<Attribute> attributes;
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "resource") return;
    ondemand::object resource = value.get_object();
    forFields(resource, [&](const Key& inner, ondemand::value list) {
      if (inner == "attributes") readAttributes(list, texts_, attributes);
    });
  });
  visitor_.resource(attributes);
  object.reset();
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "scopeMetrics") return;
    forEach(value, [&](ondemand::value element) { scopeMetrics(element.get_object()); });
  });
}

void Decoder::scopeMetrics(ondemand::object object) {
  std::string_view name;
  std::string_view version;
  std::vector<Attribute> attributes;
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "scope") return;
    ondemand::object scope = value.get_object();
    forFields(scope, [&](const Key& inner, ondemand::value field) {
      if (inner == "name") name = readString(field);
      if (inner == "version") version = readString(field);
      if (inner == "attributes") readAttributes(field, texts_, attributes);
    });
  });
  visitor_.scope(name, version, attributes);
  object.reset();
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "metrics") return;
    forEach(value, [&](ondemand::value element) { metric(element.get_object()); });
  });
}

void Decoder::metric(ondemand::object object) {
  head_ = {};
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key == "name") {
      head_.name = readString(value);
    } else if (key == "description") {
      head_.description = readString(value);
    } else if (key == "unit") {
      head_.unit = readString(value);
    } else if (const MetricKind kind = kindOf(key); kind != MetricKind::kNone) {
      head_.kind = kind;
    }
  });
  if (head_.kind == MetricKind::kNone) return;
  const std::string_view wanted = keyOf(head_.kind);
  object.reset();
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key == wanted) data(value.get_object());
  });
}

void Decoder::data(ondemand::object object) {
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key == "aggregationTemporality") head_.temporality = readTemporality(value);
    if (key == "isMonotonic") head_.monotonic = readBool(value);
  });
  visitor_.metric(head_);
  object.reset();
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key != "dataPoints") return;
    forEach(value, [&](ondemand::value element) { point(element.get_object()); });
  });
}

void Decoder::point(ondemand::object object) {
  point_.clear();
  pointTexts_.clear();
  forFields(object, [&](const Key& key, ondemand::value value) { pointField(key, value); });
  visitor_.point(point_);
}

void Decoder::pointField(const Key& key, ondemand::value value) {
  if (key == "attributes") {
    readAttributes(value, pointTexts_, point_.attributes);
  } else if (key == "startTimeUnixNano") {
    point_.start = readUnsigned(value);
  } else if (key == "timeUnixNano") {
    point_.time = readUnsigned(value);
  } else if (key == "asDouble") {
    point_.value = readDouble(value);
    point_.hasValue = true;
  } else if (key == "asInt") {
    point_.value = static_cast<double>(readInteger(value));
    point_.hasValue = true;
  } else if (key == "flags") {
    point_.flags = static_cast<std::uint32_t>(readUnsigned(value));
  } else if (key == "count") {
    point_.count = readUnsigned(value);
  } else if (key == "sum") {
    point_.sum = readDouble(value);
  } else if (key == "bucketCounts") {
    readCounts(value, point_.counts);
  } else if (key == "explicitBounds") {
    forEach(value, [&](ondemand::value bound) {
      if (point_.bounds.size() <= kMostBuckets) point_.bounds.push_back(readDouble(bound));
    });
  } else if (key == "scale") {
    const std::int64_t scale = readInteger(value);
    point_.scale = static_cast<std::int32_t>(std::clamp<std::int64_t>(scale, -1'000, 1'000));
  } else if (key == "zeroCount") {
    point_.zeroCount = readUnsigned(value);
  } else if (key == "zeroThreshold") {
    point_.zeroThreshold = readDouble(value);
  } else if (key == "positive") {
    run(value.get_object(), point_.positiveOffset, point_.positiveCounts);
  } else if (key == "negative") {
    run(value.get_object(), point_.negativeOffset, point_.negativeCounts);
  } else if (key == "quantileValues") {
    forEach(value, [&](ondemand::value element) { quantile(element.get_object()); });
  } else if (key == "exemplars") {
    forEach(value, [&](ondemand::value element) { exemplar(element.get_object()); });
  }
}

void Decoder::run(ondemand::object object, std::int32_t& offset,
                  std::vector<std::uint64_t>& counts) {
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key == "offset") {
      const std::int64_t number = readInteger(value);
      if (!std::in_range<std::int32_t>(number)) throw ParseError("an offset has over 32 bits");
      offset = static_cast<std::int32_t>(number);
    } else if (key == "bucketCounts") {
      readCounts(value, counts);
    }
  });
}

void Decoder::quantile(ondemand::object object) {
  Quantile quantile;
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key == "quantile") quantile.quantile = readDouble(value);
    if (key == "value") quantile.value = readDouble(value);
  });
  if (point_.quantiles.size() <= kMostBuckets) point_.quantiles.push_back(quantile);
}

void Decoder::exemplar(ondemand::object object) {
  constexpr double kNanoseconds = 1e-9;
  PushedExemplar exemplar;
  forFields(object, [&](const Key& key, ondemand::value value) {
    if (key == "timeUnixNano") {
      exemplar.timestamp = static_cast<double>(readUnsigned(value)) * kNanoseconds;
    } else if (key == "asDouble") {
      exemplar.value = readDouble(value);
    } else if (key == "asInt") {
      exemplar.value = static_cast<double>(readInteger(value));
    } else if (key == "traceId") {
      exemplar.traceId = readHexId(value);
    } else if (key == "spanId") {
      exemplar.spanId = readHexId(value);
    }
  });
  if (!exemplar.traceId.empty() && point_.exemplars.size() < kMostExemplars) {
    point_.exemplars.push_back(exemplar);
  }
}

}  // namespace

void decodeJsonMetrics(std::string_view json, MetricsVisitor& visitor) {
  Decoder decoder(visitor);
  decodeDocument(json, [&](ondemand::object root) { decoder.request(root); });
}

}  // namespace orchestrator_exporter::http::otlp
