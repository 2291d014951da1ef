#include "exporter/probes/endpoint.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "http/endpoints/metrics_endpoint.h"
#include "http/endpoints/negotiation.h"
#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter::probes {

namespace {

using std::chrono::milliseconds;

std::string parameter(const http::Request& request, std::string_view name) {
  const auto values = request.values(name);
  return values.empty() ? "" : std::string(values.front());
}

// As blackbox_exporter: what the scraper waits less half a second for the way, or what the module
// says if that is less.
milliseconds timeoutOf(const Module& module, const http::Request& request) {
  constexpr milliseconds kUsual = std::chrono::minutes(2);
  constexpr milliseconds kOffset(500);
  const auto asked = http::scrapeTimeout(request);
  const milliseconds waits =
      (asked ? std::chrono::duration_cast<milliseconds>(*asked) : kUsual) - kOffset;
  if (module.timeout.count() > 0 && (module.timeout < waits || waits.count() <= 0)) {
    return module.timeout;
  }
  return std::max(waits, milliseconds(1));
}

std::string bodyOf(ExpositionWriter& writer) {
  std::string body;
  for (const std::string_view part : writer.finish()) body += part;
  return body;
}

}  // namespace

ProbeEndpoint::ProbeEndpoint(ModulesOfNow modules, std::shared_ptr<const Surroundings> surroundings,
                             unsigned most)
    : modules_(std::move(modules)), surroundings_(std::move(surroundings)), most_(most) {}

http::Response ProbeEndpoint::answer(const http::Request& request) {
  const std::string name = parameter(request, "module");
  const auto modules = modules_();
  const auto module = modules->find(name.empty() ? "http_2xx" : name);
  if (module == modules->end()) {
    ++unknownModules_;
    throw http::HttpError(400, "unknown module '" + name + "'");
  }
  if (parameter(request, "target").empty()) {
    throw http::HttpError(400, "the parameter 'target' is missing");
  }
  struct Place {
    explicit Place(std::atomic<unsigned>& all) : taken(all), before(all.fetch_add(1)) {}
    ~Place() { taken.fetch_sub(1); }
    std::atomic<unsigned>& taken;
    const unsigned before;
  } const place(underWay_);
  if (place.before >= most_) {
    throw http::HttpError(
        503, "limit of " + std::to_string(most_) + " probes at a time is reached, try again later",
        {{"Retry-After", "1"}});
  }
  return look(module->second, request);
}

http::Response ProbeEndpoint::look(const Module& module, const http::Request& request) {
  const bool isDebugged = parameter(request, "debug") == "true";
  const auto begin = std::chrono::steady_clock::now();
  std::string trace;
  ProbeRequest asked{.target = parameter(request, "target"),
                     .hostname = parameter(request, "hostname"),
                     .deadline = begin + timeoutOf(module, request),
                     .stop = request.gone,
                     .trace = {}};
  if (isDebugged) {
    asked.trace = [&](const std::string& line) {
      const std::chrono::duration<double> since = std::chrono::steady_clock::now() - begin;
      trace += std::to_string(since.count()) + " s: " + line + "\n";
    };
  }
  ExpositionOptions options = http::negotiate(request.headerList("Accept"));
  if (isDebugged) options = {};
  const auto writer = writersOf(module.prober).borrow(options);
  probe(module, asked, *surroundings_, *writer);
  http::Response response;
  if (isDebugged) {
    response.body = "What happened:\n" + trace + "\nWhat a scrape would get:\n" + bodyOf(*writer);
    return response;
  }
  response.parts = writer->finish();
  response.owner = writer;
  response.contentType = contentType(options);
  response.headers = {{"Vary", "Accept, Accept-Encoding"}};
  response.compressible = true;
  return response;
}

}  // namespace orchestrator_exporter::probes
