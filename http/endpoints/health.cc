#include "http/endpoints/health.h"

#include <utility>

namespace orchestrator_exporter::http {
namespace {

Response uncached(int status, const char* text) {
  return Response{.status = status, .headers = {{"Cache-Control", "no-store"}}, .body = text};
}

}  // namespace

Endpoint healthyEndpoint() {
  return [](const Request&) { return uncached(200, "healthy\n"); };
}

Endpoint readyEndpoint(std::function<bool()> accepting) {
  return [accepting = std::move(accepting)](const Request&) {
    return accepting() ? uncached(200, "ready\n") : uncached(503, "not ready\n");
  };
}

}  // namespace orchestrator_exporter::http
