#pragma once

#include <memory>

#include "http/server/server.h"
#include "metrics/instruments/http_request_metrics.h"

namespace orchestrator_exporter::http {

// Records every request that a Server answers in http_request_duration_seconds, refused ones too:
//
//   ServerOptions options;
//   options.answered = recordRequests(std::make_shared<HttpRequestMetrics>(registry));
//
// The route is the path of the endpoint, "unmatched" where none took the request.
std::function<void(const AnsweredRequest&)> recordRequests(
    std::shared_ptr<const HttpRequestMetrics> metrics);

}  // namespace orchestrator_exporter::http
