#pragma once

#include <string_view>

#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

// Reads an ExportLogsServiceRequest in protobuf; as decodeProtobufMetrics.
void decodeProtobufLogs(std::string_view bytes, LogsVisitor& visitor);

// How many spans an ExportTraceServiceRequest in protobuf has. Throws ParseError.
std::uint64_t countProtobufSpans(std::string_view bytes);

}  // namespace orchestrator_exporter::http::otlp
