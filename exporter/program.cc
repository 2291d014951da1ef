#include "exporter/program.h"

#include <algorithm>

#include "exporter/logging.h"

namespace exporter {

namespace {

Host::Config hostConfig(const Options& options) {
  return {options.roots, options.flags, options.scrapeTimeout,
          [](LogLevel level, std::string_view message) { log(level, message); }};
}

// What is left of the scraper's time-out for the collectors: less the offset, but never less than
// half, so that a short time-out still gets samples.
std::chrono::duration<double> budget(std::chrono::duration<double> timeout,
                                     std::chrono::duration<double> offset) {
  return std::max(timeout - offset, timeout / 2);
}

}  // namespace

Program::Program(const Options& options)
    : options_(options),
      host_(hostConfig(options)),
      statistics_(std::make_shared<http::ScrapeStatistics>()) {}

void Program::scrape(const http::ScrapeRequest& request, Sink& out) {
  CollectorSelection selection{request.collect, request.exclude, std::nullopt};
  if (request.timeout) selection.budget = budget(*request.timeout, options_.scrapeTimeoutOffset);
  try {
    host_.collect(out, selection);
  } catch (const UnknownCollector& error) {
    throw http::HttpError(400, error.what());
  }
  buildInfo_.collect(out);
  if (options_.disableExporterMetrics) return;
  self_.collect(out);
  statistics_->collect(out);
}

http::Router Program::routes() {
  http::Router router;
  router.add("GET", options_.telemetryPath,
             http::metricsEndpoint(
                 [this](const http::ScrapeRequest& request, Sink& out) { scrape(request, out); },
                 statistics_,
                 {options_.maxRequests, options_.openMetricsCreated, options_.nativeHistograms}));
  return router;
}

void Program::serve() {
  http::ServerOptions server;
  server.listenAddresses = options_.listenAddresses;
  server.log = [](std::string_view message) { log(LogLevel::kError, message); };
  server_ = std::make_unique<http::Server>(std::move(server), routes());
}

bool Program::stop() { return server_->stop(); }

}  // namespace exporter
