#include "http/server/request_metrics.h"

#include <utility>

namespace orchestrator_exporter::http {

std::function<void(const AnsweredRequest&)> recordRequests(
    std::shared_ptr<const HttpRequestMetrics> metrics) {
  return [metrics = std::move(metrics)](const AnsweredRequest& request) {
    const std::string_view route = request.route.empty() ? "unmatched" : request.route;
    metrics->record(request.method, route, request.status, request.duration);
  };
}

}  // namespace orchestrator_exporter::http
