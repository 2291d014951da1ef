#include "metrics/exposition/exposition.h"

#include "metrics/exposition/protobuf_writer.h"
#include "metrics/exposition/text_writer.h"

namespace orchestrator_exporter {

namespace {

std::string_view escapingName(Escaping escaping) {
  switch (escaping) {
    case Escaping::kUnderscores:
      return "underscores";
    case Escaping::kDots:
      return "dots";
    case Escaping::kValues:
      return "values";
    case Escaping::kAllowUtf8:
      return "allow-utf-8";
  }
  return "underscores";
}

}  // namespace

std::string contentType(const ExpositionOptions& options) {
  const std::string escaping = "; escaping=" + std::string(escapingName(options.escaping));
  switch (options.format) {
    case Format::kText004:
      return "text/plain; version=0.0.4; charset=utf-8";
    case Format::kText100:
      return "text/plain; version=1.0.0; charset=utf-8" + escaping;
    case Format::kOpenMetrics001:
      return "application/openmetrics-text; version=0.0.1; charset=utf-8";
    case Format::kOpenMetrics100:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8" + escaping;
    case Format::kProtobuf:
      return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
             "encoding=delimited" +
             escaping;
  }
  return {};
}

std::unique_ptr<ExpositionWriter> ExpositionWriter::make(const ExpositionOptions& options) {
  if (options.format == Format::kProtobuf) return std::make_unique<ProtobufWriter>(options);
  return std::make_unique<TextWriter>(options);
}

}  // namespace orchestrator_exporter
