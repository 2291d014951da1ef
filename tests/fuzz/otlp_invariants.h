#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/ingest/otlp/decoding/json_logs.h"
#include "http/ingest/otlp/decoding/json_metrics.h"
#include "http/ingest/otlp/decoding/protobuf_logs.h"
#include "http/ingest/otlp/decoding/protobuf_metrics.h"
#include "http/ingest/otlp/metrics_intake.h"
#include "metrics/base/errors.h"
#include "metrics/exposition/text_writer.h"

// What holds for the OTLP decoders and any bytes, for the fuzzer and for the tests.
namespace orchestrator_exporter::http::otlp::test {

// Counts records and looks at every byte of them.
class Records final : public LogsVisitor {
 public:
  void resource(std::span<const Attribute> attributes, std::string_view bytes) override {
    read(attributes);
    bytes_ += bytes.size();
  }
  void scope(std::string_view name) override { bytes_ += name.size(); }
  void record(const LogRecord& record) override {
    read(record.attributes);
    bytes_ += valueText(record.body).size() + record.bytes.size() + record.traceId.size();
  }
  std::size_t bytes() const { return bytes_; }

 private:
  void read(std::span<const Attribute> attributes) {
    for (const Attribute& one : attributes) bytes_ += valueText(one.value).size();
  }
  std::size_t bytes_ = 0;
};

enum class Kind : std::uint8_t { kProtobufMetrics, kJsonMetrics, kProtobufLogs, kJsonLogs };

// The first promise that is broken; nullopt if all are kept. The decoders throw nothing but
// ParseError, and the page that comes of any metrics can be written.
inline std::optional<std::string> brokenOtlpPromise(Kind kind, std::string_view bytes) {
  PushedMetrics store({{.maxSeries = 100, .maxSeriesPerFamily = 20, .maxStreams = 200}, {}, {}});
  const MetricsRules rules;
  MetricsIntake metrics(store, rules, "127.0.0.1", 1'700'000'000'000'000'000);
  Records records;
  try {
    switch (kind) {
      case Kind::kProtobufMetrics:
        decodeProtobufMetrics(bytes, metrics);
        break;
      case Kind::kJsonMetrics:
        decodeJsonMetrics(bytes, metrics);
        break;
      case Kind::kProtobufLogs:
        decodeProtobufLogs(bytes, records);
        countProtobufSpans(bytes);
        break;
      case Kind::kJsonLogs:
        decodeJsonLogs(bytes, records);
        countJsonSpans(bytes);
        break;
    }
  } catch (const ParseError& error) {
    if (std::string_view(error.what()).empty()) return "a refusal without a reason";
  }
  if (store.seriesCount() > 200) return "more series than may be";
  TextWriter page{ExpositionOptions{}};
  store.collect(page);
  page.finish();
  return std::nullopt;
}

}  // namespace orchestrator_exporter::http::otlp::test
