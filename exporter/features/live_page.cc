#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "exporter/build_info.h"
#include "exporter/features/feature.h"
#include "http/live/assets.h"
#include "http/live/charts.h"
#include "http/live/live_stream.h"
#include "http/live/page.h"
#include "metrics/base/process/host_name.h"
#include "metrics/base/utf8.h"

// The live page at /: files that the program brings, and the stream that open pages listen to.

namespace orchestrator_exporter {

namespace {

// What the page cannot ask the history for.
std::string facts(const Parts& parts) {
  constexpr std::chrono::seconds kYear = std::chrono::hours(24 * 366);
  const double memory = parts.flags.duration("history.memory").count();
  const bool hasDisk = !parts.stateDirectory.empty();
  const auto configuration = parts.configuration.current();
  const configuration::Value& notifications = (*configuration)["notifications"];
  return nlohmann::json{
      {"host", toUtf8(hostName())},
      {"version", kVersion},
      {"metrics", parts.telemetryPath},
      {"records", parts.recordsPath},
      {"retention", hasDisk ? static_cast<double>(kYear.count()) : memory},
      {"silences", !notifications["config_file"].text().empty()},
      {"analysis",
       (*configuration)["analysis"]["enabled"].enabled() && parts.flags.enabled("analysis")},
      {"interval", std::chrono::duration<double>(parts.readings.interval()).count()},
  }
      .dump();
}

class LivePage final : public Feature {
 public:
  explicit LivePage(Parts& parts)
      : stream_(std::make_shared<http::live::LiveStream>(parts.history, config(parts))) {
    http::live::addPage(parts.router, {toUtf8(hostName()), parts.telemetryPath});
    parts.router.add("GET", "/api/v1/live/config", [text = facts(parts)](const http::Request&) {
      http::Response response;
      response.contentType = "application/json";
      response.headers = {{"Cache-Control", "no-store"}};
      response.body = text;
      return response;
    });
    parts.router.add("GET", "/api/v1/events", [stream = stream_](const http::Request& request) {
      return stream->events(request);
    });
    parts.router.add("GET", "/api/v1/live", [stream = stream_](const http::Request& request) {
      return stream->socket(request);
    });
    // After the history, which so has the reading.
    parts.readings.listen([stream = stream_](const auto& reading) { stream->take(reading->time); },
                          Readings::WhenWatched::kAllReadings);
  }

  // The router and the readings have it too, and outlive what it watches.
  ~LivePage() override { stream_->close(); }

 private:
  static http::live::LiveStream::Config config(Parts& parts) {
    http::live::LiveStream::Config config;
    config.charts = http::live::chartQueries(http::live::assetText("charts.json"));
    config.facts = facts(parts);
    config.watch = [&readings = parts.readings] {
      return std::make_shared<Readings::Watch>(readings);
    };
    return config;
  }

  const std::shared_ptr<http::live::LiveStream> stream_;
};

const RegisterFeature livePage{{
    .name = "live_page",
    .flags = {switchFlag("web.live-page", true,
                         "Serve the live page at /; without it, or without a history, the plain "
                         "page takes its place.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (!parts.flags.enabled("web.live-page") || parts.history == nullptr) return nullptr;
      if (parts.telemetryPath == "/" || http::live::assets().empty()) return nullptr;
      return std::make_unique<LivePage>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
