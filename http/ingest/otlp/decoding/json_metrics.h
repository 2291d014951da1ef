#pragma once

#include <string_view>

#include "http/ingest/otlp/decoding/data.h"

namespace orchestrator_exporter::http::otlp {

// As decodeProtobufMetrics, for the JSON form: lowerCamelCase keys, of which unknown ones are
// passed over. Takes any bytes; throws ParseError.
void decodeJsonMetrics(std::string_view json, MetricsVisitor& visitor);

}  // namespace orchestrator_exporter::http::otlp
