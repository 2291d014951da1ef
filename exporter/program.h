#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exporter/host/host.h"
#include "exporter/options.h"
#include "exporter/self_metrics.h"
#include "http/endpoints/metrics_endpoint.h"
#include "http/pages/landing_page.h"
#include "http/server/server.h"
#include "metrics/recording/metrics_collector.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// Everything that one process serves: the host's collectors, the recorded metrics, the self
// metrics. Constructed means ready to be scraped; serve() opens the listening sockets.
class Program {
 public:
  // Throws StartError for options that cannot be right.
  explicit Program(const Options& options);

  // Gives one scrape to the sink: the chosen collectors, and, where no choice was made, everything
  // else too. Throws HttpError 400 for a collector that cannot be served. Callable from any thread.
  void scrape(const http::ScrapeRequest& request, Sink& out);

  // Starts the server. Throws std::runtime_error that names the address and the reason.
  void serve();
  std::vector<std::string> addresses() const { return server_->addresses(); }

  // Takes no more requests, lets those in flight end, applies all queued records. False where an
  // endpoint is still running.
  bool stop();

 private:
  http::Router routes();
  http::LandingPage landingPage() const;

  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  Options options_;
  Host host_;
  SelfMetrics self_;
  BuildInfo buildInfo_;
  std::shared_ptr<http::ScrapeStatistics> statistics_;
  MetricsRegistry registry_;
  MetricsCollector collector_;
  std::atomic<bool> accepting_ = false;
  std::atomic<std::uint64_t> scrapes_ = 0;
  std::unique_ptr<http::Server> server_;
};

}  // namespace orchestrator_exporter
