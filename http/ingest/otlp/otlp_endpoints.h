#pragma once

#include <memory>
#include <string_view>

#include "http/ingest/ingest_door.h"
#include "http/ingest/otlp/metrics_intake.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http::otlp {

// POST /v1/metrics, /v1/logs and /v1/traces of the OpenTelemetry protocol over HTTP, in protobuf
// and JSON. All that can be read is answered with 200, in the encoding of the request, if need be
// with how many points were refused and why; otherwise with a google.rpc.Status: 400 for what
// cannot be read, 413 for what is too large, 503 with Retry-After if others are being read for too
// long; 415 for other media types and encodings. Spans are counted and dropped. All that they are
// given must outlive them.
Endpoint metricsEndpoint(IngestDoor& door, const MetricsRules& rules);
Endpoint logsEndpoint(IngestDoor& door, const MetricsRules& rules);
Endpoint tracesEndpoint(IngestDoor& door);

// The calls of OpenTelemetry's three services over gRPC, each of the path and name Export: the body
// is a message behind its prefix, packed with gzip if it likes. What the above answer with 200 is
// the message of the answer; the rest is thrown: ParseError for what cannot be read, HttpError 413,
// 415 and 503.
inline constexpr std::string_view kMetricsCall =
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
inline constexpr std::string_view kLogsCall =
    "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
inline constexpr std::string_view kTracesCall =
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
Endpoint metricsCall(IngestDoor& door, const MetricsRules& rules);
Endpoint logsCall(IngestDoor& door, const MetricsRules& rules);
Endpoint tracesCall(IngestDoor& door);

}  // namespace orchestrator_exporter::http::otlp
