#pragma once

#include <functional>
#include <string_view>

#include "http/ingest/ingest_door.h"
#include "http/server/message.h"
#include "metrics/recording/metrics_collector.h"

namespace orchestrator_exporter::http {

inline constexpr std::string_view kRecordsProtocol = "records";  // in IngestStatistics

// POST /api/v1/records: applies a batch of records, as record_batch.h describes it, plain or in
// gzip, whole or not at all. Answers 200 {"accepted": n} once every record is in the families; the
// end of a session that is not active changes nothing and is not among them: {"accepted": 9,
// "rejected": 1}. Otherwise
// {"error": "..."} with 400 for a batch with a fault, 413 above 1 MiB, 415 for another media type
// than application/json, 503 when the collector is closed or two other bodies are being read for
// longer than a second. Who may send them is for its route to say. Collector and door must outlive
// the endpoint.
//
// `sampled` says which observations are recorded, by their family and value, which are latencies in
// seconds; the others are accepted and let go. Empty: all are recorded.
using SampledObservation = std::function<bool(std::string_view family, double value)>;
Endpoint recordsEndpoint(MetricsCollector& collector, IngestDoor& door,
                         SampledObservation sampled = {});

}  // namespace orchestrator_exporter::http
