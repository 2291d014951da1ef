#include "exporter/configuration/peer.h"

#include "exporter/build_info.h"

namespace orchestrator_exporter::configuration {

std::string userAgent() { return "orchestrator_exporter/" + std::string(kVersion); }

std::shared_ptr<const http::PrometheusApi> peerAt(const std::string& url) {
  http::ClientSettings settings;
  settings.userAgent = userAgent();
  settings.timeout = std::chrono::minutes(2);
  settings.bodyLimit = std::size_t{1} << 30;
  return std::make_shared<const http::PrometheusApi>(url, settings);
}

}  // namespace orchestrator_exporter::configuration
