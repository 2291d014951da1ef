#pragma once

#include <functional>
#include <memory>

#include "exporter/pipeline/session_store.h"
#include "http/server/router.h"
#include "metrics/pipeline/runner.h"

namespace orchestrator_exporter::pipeline {

// The sessions that outlast the process; null if they are not kept.
using KeptSessions = std::function<SessionStore*()>;

// Adds the pipeline's endpoints. Bodies and answers are JSON.
//   GET /api/v1/pipeline: what processors and samplers did; with match[] instead the way of these
//   series, as text. GET /api/v1/sessions, POST {"name", "collectors", "interval", "duration",
//   "pipeline", "keep_samples"}: 201 with the session; GET and DELETE of /api/v1/sessions/ID: the
//   session, and its end; GET /api/v1/sessions/ID/samples: what it kept, as OpenMetrics.
// A session can be started only while readings pass the pipeline, which `isOn` tells: else 409.
void addSessionEndpoints(http::Router& router, const std::shared_ptr<Runner>& runner,
                         const std::shared_ptr<const Samplers>& samplers, const KeptSessions& kept,
                         std::function<bool()> isOn);

// A page for ?debug=pipeline: how series pass the processors.
http::Response wayPage(const Runner& runner, const http::Request& request);

}  // namespace orchestrator_exporter::pipeline
