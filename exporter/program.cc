#include "exporter/program.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>

#include "exporter/configuration/enabled_features.h"
#include "exporter/footprint.h"
#include "exporter/logging.h"
#include "exporter/own_labels.h"
#include "exporter/state_directory.h"
#include "http/endpoints/health.h"
#include "metrics/base/process/host_name.h"

namespace orchestrator_exporter {

namespace {

// A flag wins over the file.
std::chrono::duration<double> scrapeTimeout(const Options& options,
                                            const configuration::Configuration& configuration) {
  const configuration::Value& written = configuration["global"]["scrape_timeout"];
  return written.given() && !options.scrapeTimeoutGiven ? written.duration()
                                                        : options.scrapeTimeout;
}

Host::Config hostConfig(const Options& options, const configuration::Configuration& configuration) {
  return {options.roots, options.flags, scrapeTimeout(options, configuration),
          [](LogLevel level, std::string_view message) { log(level, message); }};
}

// Labels of 256 bytes on average: a few long ones, or many of the usual length.
RegistryOptions registryOptions(const IngestOptions& ingest) {
  RegistryOptions options;
  options.maxSeries = static_cast<std::size_t>(ingest.maxSeries);
  options.maxLabelBytes = 256 * options.maxSeries;
  return options;
}

MetricsCollectorConfig collectorConfig(const Options& options) {
  MetricsCollectorConfig config;
  config.maxSeriesPerFamily = options.ingest.maxSeriesPerFamily;
  config.maxIdentifierLength = options.ingest.maxLabelLength;
  config.expireAfter = std::chrono::ceil<std::chrono::milliseconds>(options.ingest.expiry);
  config.statisticsRetention = std::chrono::minutes(1);  // nobody can ask the program for them
  config.debug = options.logLevel == "debug";
  config.nativeLatencyBuckets = options.nativeHistograms;
  config.log = [](std::string_view message) { log(LogLevel::kDebug, message); };
  return config;
}

PushedMetrics::Config pushedConfig(const IngestOptions& ingest) {
  PushedMetrics::Config config;
  config.limits.maxSeries = static_cast<std::size_t>(ingest.maxSeries);
  config.limits.maxSeriesPerFamily = static_cast<std::size_t>(ingest.maxSeriesPerFamily);
  config.limits.maxStreams = 4 * config.limits.maxSeries;
  config.limits.expiry = static_cast<std::uint32_t>(std::ceil(ingest.expiry.count()));
  return config;
}

Readings::Config readingsConfig() {
  Readings::Config config;
  config.failed = [](const std::string& why) { log(LogLevel::kError, "no reading: " + why); };
  return config;
}

// What is left of the scraper's time-out for the collectors: less the offset, but never less than
// half, so that a short time-out still gets samples.
std::chrono::duration<double> budget(std::chrono::duration<double> timeout,
                                     std::chrono::duration<double> offset) {
  return std::max(timeout - offset, timeout / 2);
}

// As many as scrapes are taken at a time, and some for the other endpoints.
unsigned workersFor(std::size_t maxRequests) {
  constexpr std::size_t kMost = 512;  // also if there is no limit of scrapes
  constexpr std::size_t kOthers = 16;
  const std::size_t scrapes = maxRequests == 0 ? kMost : std::min(maxRequests, kMost);
  return static_cast<unsigned>(scrapes + kOthers);
}

// The features in the order in which they are made: a new one is its file and its name here.
const std::vector<std::string>& featureOrder() {
  static const std::vector<std::string> order = {
      "web_config",
      "ingest_tokens",
      "history",
      "pipeline",
      "query_api",
      "rules",
      "analysis",
      "remote_write",
      "remote_write_receiver",
      "admin_api",
      "records",
      "otlp",
      "pushgateway",
      "statsd",
      "browser",
      "probes",
      "live_page",
      "lifecycle",
      "landing_page",
      "service_discovery",
  };
  return order;
}

// One exposition disturbs no program that runs beside it: it listens to nothing, and nothing
// leaves.
std::vector<std::string> featuresFor(const Options& options) {
  std::vector<std::string> names = featureOrder();
  if (options.once) {
    std::erase_if(names, [](const std::string& name) {
      return name == "remote_write" || name == "rules" || name == "statsd" || name == "probes";
    });
  }
  return names;
}

// How many scrapes it takes to have found and opened everything.
constexpr std::uint64_t kFirstScrapes = 16;

}  // namespace

Program::Program(const Options& options)
    : options_(options),
      configuration_(configuration::configurationPath(options.flags),
                     [](LogLevel level, std::string_view message) { log(level, message); }),
      host_(hostConfig(options, *configuration_.current())),
      statistics_(std::make_shared<http::ScrapeStatistics>()),
      registry_(registryOptions(options.ingest)),
      collector_(registry_, collectorConfig(options)),
      pushed_(pushedConfig(options.ingest)),
      ingest_(pushed_, static_cast<std::size_t>(options.ingest.maxBody),
              [](const std::string& message) { log(LogLevel::kWarn, message); }),
      readings_(readingsConfig()),
      reloads_([](LogLevel level, std::string_view message) { log(level, message); }) {
  setUpServer();
  addSources();
  addEndpoints();
  reloads_.add([this] { return configuration_.prepare(); });
  const configuration::EnabledFeatures enabled(options.flags);
  for (const std::string& name : enabled.unknown()) {
    log(LogLevel::kWarn, "--enable-feature: unknown feature '" + name + "' is left out");
  }
  Parts shared = parts();
  features_ = makeFeatures(featuresFor(options), shared);
  expose_ = std::move(shared.expose);
  debugPages_ = std::move(shared.debugPages);
}

void Program::addSources() {
  using enum Readings::WhenParted;
  readings_.add([this](const Wanted& wanted, Sink& out) {
    host_.collect(out, wanted, [&](Kernel& kernel) {
      if (!options_.disableExporterMetrics) self_.collect(kernel, out);
    });
  });
  readings_.add(buildInfo_, kGiven);
  // Who picks collectors of the host does not ask for what programs recorded.
  readings_.add(registry_, kLeftOut);
  readings_.add(pushed_, kLeftOut);
  if (options_.disableExporterMetrics) return;
  readings_.add(*statistics_, kGiven);
  readings_.add(reloads_, kGiven);
  readings_.add(ingest_.statistics(), kGiven);
  readings_.add([this](const Wanted&, Sink& out) {
    if (accepting_) server_->statistics().collect(out);
  });
}

void Program::addEndpoints() {
  const http::Endpoint metrics = http::metricsEndpoint(
      [this](const http::ScrapeRequest& request, Sink& out) { scrape(request, out); }, statistics_,
      // Those that others push; our own latencies have them if the options say so.
      {.maxRequests = options_.maxRequests,
       .openMetricsCreated = options_.openMetricsCreated,
       .nativeHistograms = true});
  router_.add("GET", options_.telemetryPath, [this, metrics](const http::Request& request) {
    auto page = debugPage(request);
    return page ? *std::move(page) : metrics(request);
  });
  router_.add("GET", "/-/healthy", http::healthyEndpoint());
  router_.add("GET", "/-/ready", http::readyEndpoint([this] { return accepting_.load(); }));
  links_ = {{options_.telemetryPath, "Metrics", "What Prometheus scrapes"},
            {"/-/healthy", "Healthy", "The process answers"},
            {"/-/ready", "Ready", "The process takes scrapes"}};
}

Parts Program::parts() {
  return {readings_,
          host_,
          registry_,
          collector_,
          ingest_,
          router_,
          serverOptions_,
          reloads_,
          configuration_,
          [] { kill(getpid(), SIGTERM); },
          links_,
          {},
          nullptr,
          nullptr,
          {},
          {},
          {},
          options_.flags,
          options_.telemetryPath,
          options_.once ? "" : stateDirectory(options_.flags),
          ownLabels(options_.flags, options_.listenAddresses.front()),
          !options_.disableExporterMetrics,
          [](LogLevel level, std::string_view message) { log(level, message); }};
}

std::optional<http::Response> Program::debugPage(const http::Request& request) const {
  if (debugPages_.empty()) return std::nullopt;
  for (const std::string_view name : request.values("debug")) {
    const auto page = debugPages_.find(name);
    if (page != debugPages_.end()) return page->second(request);
  }
  return std::nullopt;
}

void Program::scrape(const http::ScrapeRequest& request, Sink& out) {
  using enum Readings::HandsOn;
  if (scrapes_++ == kFirstScrapes) releaseCode();
  Wanted wanted{request.collect, request.exclude, std::nullopt};
  if (request.timeout) wanted.budget = budget(*request.timeout, options_.scrapeTimeoutOffset);
  try {
    if (expose_) {
      expose_([&](Sink& to) { readings_.read(wanted, to, kCaller); }, out);
    } else {
      readings_.read(wanted, out, kCaller);
    }
  } catch (const UnknownCollector& error) {
    throw http::HttpError(400, error.what());
  }
}

void Program::setUpServer() {
  serverOptions_.listenAddresses = options_.listenAddresses;
  serverOptions_.systemdSockets = options_.systemdSocket;
  serverOptions_.maxConnections = options_.maxConnections;
  serverOptions_.workers = workersFor(options_.maxRequests);
  serverOptions_.names = {hostName()};
  serverOptions_.log = [](std::string_view message) { log(LogLevel::kError, message); };
  if (options_.logLevel == "debug") {
    serverOptions_.traced = [](std::string_view message) { log(LogLevel::kDebug, message); };
  }
}

void Program::serve() {
  if (readings_.hasListeners()) {
    serverOptions_.answered = [this](const http::AnsweredRequest&) { readings_.handOn(); };
  }
  server_ = std::make_unique<http::Server>(std::move(serverOptions_), std::move(router_));
  readings_.start();
  accepting_ = true;
}

bool Program::stop() {
  accepting_ = false;
  const bool stopped = server_->stop();
  readings_.stop();
  collector_.close();
  return stopped;
}

}  // namespace orchestrator_exporter
