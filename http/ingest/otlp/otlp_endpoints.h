#pragma once

#include <memory>

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

}  // namespace orchestrator_exporter::http::otlp
