#include "exporter/program.h"

#include <unistd.h>

#include <algorithm>
#include <climits>

#include "exporter/build_info.h"
#include "exporter/footprint.h"
#include "exporter/logging.h"
#include "http/endpoints/health.h"
#include "http/ingest/records_endpoint.h"

namespace orchestrator_exporter {

namespace {

Host::Config hostConfig(const Options& options) {
  return {options.roots, options.flags, options.scrapeTimeout,
          [](LogLevel level, std::string_view message) { log(level, message); }};
}

MetricsCollectorConfig collectorConfig(const Options& options) {
  MetricsCollectorConfig config;
  config.debug = options.logLevel == "debug";
  config.nativeLatencyBuckets = options.nativeHistograms;
  config.log = [](std::string_view message) { log(LogLevel::kDebug, message); };
  return config;
}

// What is left of the scraper's time-out for the collectors: less the offset, but never less than
// half, so that a short time-out still gets samples.
std::chrono::duration<double> budget(std::chrono::duration<double> timeout,
                                     std::chrono::duration<double> offset) {
  return std::max(timeout - offset, timeout / 2);
}

// Each connection holds a worker: as many as scrapes are taken at a time, and those that stay open.
unsigned workersFor(std::size_t maxRequests, unsigned keptAlive) {
  constexpr std::size_t kMost = 512;  // also where there is no limit of scrapes
  const std::size_t scrapes = maxRequests == 0 ? kMost : std::min(maxRequests, kMost);
  return static_cast<unsigned>(scrapes) + keptAlive;
}

http::CollectorHealth healthOf(const CollectorStatus& status) {
  if (!status.result) return http::CollectorHealth::kNotRunYet;
  switch (*status.result) {
    case CollectorOutcome::Result::kSuccess:
      return http::CollectorHealth::kGood;
    case CollectorOutcome::Result::kNoData:
      return http::CollectorHealth::kNoData;
    case CollectorOutcome::Result::kFailure:
      break;
  }
  return http::CollectorHealth::kFailed;
}

constexpr const char* kRecordsPath = "/api/v1/records";

// How many scrapes it takes to have found and opened everything.
constexpr std::uint64_t kFirstScrapes = 16;

}  // namespace

Program::Program(const Options& options)
    : options_(options),
      host_(hostConfig(options)),
      statistics_(std::make_shared<http::ScrapeStatistics>()),
      collector_(registry_, collectorConfig(options)) {}

void Program::scrape(const http::ScrapeRequest& request, Sink& out) {
  if (scrapes_++ == kFirstScrapes) releaseCode();
  CollectorSelection selection{request.collect, request.exclude, std::nullopt};
  if (request.timeout) selection.budget = budget(*request.timeout, options_.scrapeTimeoutOffset);
  try {
    host_.collect(out, selection);
  } catch (const UnknownCollector& error) {
    throw http::HttpError(400, error.what());
  }
  buildInfo_.collect(out);
  // Who picks collectors of the host does not ask for what programs recorded.
  if (request.collect.empty() && request.exclude.empty()) registry_.collect(out);
  if (options_.disableExporterMetrics) return;
  self_.collect(out);
  statistics_->collect(out);
}

http::LandingPage Program::landingPage() const {
  http::LandingPage page;
  page.name = "orchestrator_exporter";
  page.description = "Prometheus exporter for this host and the AI-agent orchestrators on it.";
  page.version = kVersion;
  page.revision = kRevision == "unknown" ? "" : kRevision;
  page.uptime =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_);
  page.recordsPath = kRecordsPath;
  char hostName[HOST_NAME_MAX + 1] = {};
  if (gethostname(hostName, sizeof hostName - 1) == 0) page.hostName = hostName;
  page.links = {{options_.telemetryPath, "Metrics", "What Prometheus scrapes"},
                {"/-/healthy", "Healthy", "The process answers"},
                {"/-/ready", "Ready", "The process takes scrapes"}};
  for (const CollectorStatus& status : host_.statuses()) {
    auto& row = page.collectors.emplace_back();
    row.name = status.name;
    row.note = status.error;
    row.health = healthOf(status);
    if (status.result) row.duration = std::chrono::duration<double>(status.seconds);
  }
  return page;
}

http::Router Program::routes() {
  http::Router router;
  router.add("GET", options_.telemetryPath,
             http::metricsEndpoint(
                 [this](const http::ScrapeRequest& request, Sink& out) { scrape(request, out); },
                 statistics_,
                 {options_.maxRequests, options_.openMetricsCreated, options_.nativeHistograms}));
  router.add("POST", kRecordsPath, http::recordsEndpoint(collector_));
  router.add("GET", "/-/healthy", http::healthyEndpoint());
  router.add("GET", "/-/ready", http::readyEndpoint([this] { return accepting_.load(); }));
  // A telemetry path of / takes the landing page's place, as with node_exporter.
  if (options_.telemetryPath != "/") {
    router.add("GET", "/", http::landingPageEndpoint([this] { return landingPage(); }));
  }
  return router;
}

void Program::serve() {
  http::ServerOptions server;
  server.listenAddresses = options_.listenAddresses;
  server.workers = workersFor(options_.maxRequests, server.keptAlive);
  server.log = [](std::string_view message) { log(LogLevel::kError, message); };
  server_ = std::make_unique<http::Server>(std::move(server), routes());
  accepting_ = true;
}

bool Program::stop() {
  accepting_ = false;
  const bool stopped = server_->stop();
  collector_.close();
  return stopped;
}

}  // namespace orchestrator_exporter
