#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/endpoints/scrape_statistics.h"
#include "http/server/message.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::http {

// What a scraper wants to have collected.
struct ScrapeRequest {
  std::vector<std::string> collect = {};  // only these collectors, where there are any
  std::vector<std::string> exclude = {};  // all but these; never together with `collect`
  // How long the scraper waits (X-Prometheus-Scrape-Timeout-Seconds), where it says so.
  std::optional<std::chrono::duration<double>> timeout = {};
};

// Gives the samples of one scrape to the sink; called by several threads at once. Throws HttpError
// 400 for a collector that it does not know.
using Scrape = std::function<void(const ScrapeRequest&, Sink&)>;

struct MetricsEndpointOptions {
  // Scrapes of all collectors at a time, 503 above; 0 = no limit. Those with collect[] or exclude[]
  // are neither counted nor limited, as with node_exporter.
  std::size_t maxRequests = 40;
  bool openMetricsCreated = false;  // _created lines in OpenMetrics
  bool nativeHistograms = false;    // native buckets in protobuf
};

// What Prometheus says of its time-out (X-Prometheus-Scrape-Timeout-Seconds); nullopt for what is
// no time or no sensible one.
std::optional<std::chrono::duration<double>> scrapeTimeout(const Request& request);

// GET of the telemetry path: one scrape, written in the format that Accept asks for. Parameters:
// collect[] and exclude[] (not both), name[] (only families with exactly these names are written,
// though everything is collected); others are ignored. `statistics` may be collected by `scrape`
// itself, and counts the answer after that.
Endpoint metricsEndpoint(Scrape scrape, std::shared_ptr<ScrapeStatistics> statistics,
                         const MetricsEndpointOptions& options = {});

}  // namespace orchestrator_exporter::http
