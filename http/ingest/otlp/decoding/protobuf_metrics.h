#pragma once

#include <string_view>

#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

// Reads an ExportMetricsServiceRequest in protobuf (opentelemetry-proto 1.x), and hands the visitor
// what is in it. Takes any bytes; throws ParseError for what is no such message, at the latest when
// it is reached: what was visited before stays visited. Unknown fields are passed over.
void decodeProtobufMetrics(std::string_view bytes, MetricsVisitor& visitor);

}  // namespace orchestrator_exporter::http::otlp
