#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/configuration/configuration_file.h"
#include "exporter/features/feature.h"
#include "exporter/host/host.h"
#include "exporter/options.h"
#include "exporter/self_metrics.h"
#include "http/endpoints/metrics_endpoint.h"
#include "http/ingest/ingest_door.h"
#include "http/server/server.h"
#include "metrics/pushed/pushed_metrics.h"
#include "metrics/readings.h"
#include "metrics/recording/metrics_collector.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// The sources of one process, its readings, its features and its server. Constructed means ready to
// be scraped; serve() opens the listening sockets.
class Program {
 public:
  // Throws StartError for options that are invalid, ConfigurationError for a configuration file at
  // fault.
  explicit Program(const Options& options);

  // Gives one reading to the sink: the chosen collectors, and, if no choice was made, everything
  // else too. Throws HttpError 400 for a collector that cannot be served. Callable from any thread.
  void scrape(const http::ScrapeRequest& request, Sink& out);

  // Starts the beat of the readings and the server. Throws std::runtime_error that names the
  // address and the reason.
  void serve();
  std::vector<std::string> addresses() const { return server_->addresses(); }

  // Reads again what can be read again.
  void reload() { reloads_.reload(); }
  // Whether the server still takes requests, as its own thread would tell.
  bool isAlive() const { return server_->accepting(); }

  // Takes no more requests, lets those in flight end, applies all queued records. False if an
  // endpoint is still running.
  bool stop();

 private:
  void setUpServer();
  void addSources();
  void addEndpoints();
  // What ?debug= asks for instead of metrics; nullopt if it asks for nothing that there is.
  std::optional<http::Response> debugPage(const http::Request& request) const;
  Parts parts();

  Options options_;
  configuration::ConfigurationFile configuration_;
  Host host_;
  SelfMetrics self_;
  BuildInfo buildInfo_;
  std::shared_ptr<http::ScrapeStatistics> statistics_;
  MetricsRegistry registry_;
  MetricsCollector collector_;
  PushedMetrics pushed_;
  http::IngestDoor ingest_;
  Readings readings_;
  Reloads reloads_;
  http::ServerOptions serverOptions_;  // as long as there is no server
  http::Router router_;
  std::vector<http::LandingPage::Link> links_;
  std::function<void(const std::function<void(Sink&)>&, Sink&)> expose_;  // may be empty
  std::map<std::string, http::Endpoint, std::less<>> debugPages_;
  std::vector<std::unique_ptr<Feature>> features_;
  std::atomic<bool> accepting_ = false;
  std::atomic<std::uint64_t> scrapes_ = 0;
  std::unique_ptr<http::Server> server_;
};

}  // namespace orchestrator_exporter
