#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "http/ingest/ingest_door.h"
#include "http/server/message.h"
#include "metrics/history_intake.h"

namespace orchestrator_exporter::http::remote_write {

// By which pushes are counted (ingest_statistics.h).
inline constexpr std::string_view kProtocol = "remote_write";

// POST /api/v1/write: samples by the remote write protocol, 1.0 and 2.0, into a history
// (prometheus.io/docs/specs/prw). 204 if all were taken; 400 with the reason of one if some were
// not, and the others are kept; 503 if the disk did not take them. `now` says until when samples
// may be: ten minutes later.
Endpoint writeEndpoint(IngestDoor& door, std::shared_ptr<HistoryIntake> history,
                       std::function<std::chrono::system_clock::time_point()> now);

}  // namespace orchestrator_exporter::http::remote_write
