#pragma once

#include <cstdint>
#include <string_view>

#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

// As decodeProtobufLogs, for the JSON form.
void decodeJsonLogs(std::string_view json, LogsVisitor& visitor);

// As countProtobufSpans.
std::uint64_t countJsonSpans(std::string_view json);

}  // namespace orchestrator_exporter::http::otlp
