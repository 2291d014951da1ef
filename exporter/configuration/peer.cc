#include "exporter/configuration/peer.h"

#include <chrono>
#include <utility>

#include "exporter/build_info.h"
#include "http/client/prometheus/remote_history.h"

namespace orchestrator_exporter::configuration {

std::string userAgent() { return "orchestrator_exporter/" + std::string(kVersion); }

std::shared_ptr<const http::PrometheusApi> peerAt(const std::string& url) {
  http::ClientSettings settings;
  settings.userAgent = userAgent();
  settings.timeout = std::chrono::minutes(2);
  settings.bodyLimit = std::size_t{1} << 30;
  return std::make_shared<const http::PrometheusApi>(url, settings);
}

std::shared_ptr<const History> queriedHistory(const Configuration& configuration,
                                              const Flags& flags,
                                              std::shared_ptr<const History> own) {
  const std::string& url = configuration["query"]["url"].text();
  if (url.empty()) return own;
  const auto lookback =
      std::chrono::round<std::chrono::milliseconds>(flags.duration("query.lookback-delta"));
  return std::make_shared<http::RemoteHistory>(peerAt(url), lookback);
}

}  // namespace orchestrator_exporter::configuration
