#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "exporter/build_info.h"
#include "exporter/features/feature.h"
#include "http/endpoints/metrics_endpoint.h"
#include "http/ingest/ingest_door.h"
#include "http/ingest/pushgateway/endpoints.h"
#include "http/ingest/pushgateway/group_file.h"
#include "metrics/pushed/known_types.h"
#include "metrics/pushed/push_groups.h"
#include "metrics/pushed/pushed_metrics.h"

// Groups of metrics at the paths of Pushgateway.

namespace orchestrator_exporter {

namespace {

using http::pushgateway::GroupFile;

// Formats without info and state sets show both as gauges, and pushed texts are such.
std::optional<MetricType> shownAs(std::optional<MetricType> type) {
  const bool isGauge = type == MetricType::kInfo || type == MetricType::kStateSet;
  return isGauge ? MetricType::kGauge : type;
}

class Pushgateway final : public Feature {
 public:
  explicit Pushgateway(Parts& parts)
      : types_([&readings = parts.readings](Sink& out) { readings.read({}, out); }),
        groups_(groupsConfig(parts)) {
    const std::string folder = parts.stateDirectory;
    if (folder.empty()) {
      parts.log(LogLevel::kDebug, "pushed groups last as long as the process: no --storage.path");
    } else {
      keepIn(folder, parts.log);
    }
    addRoutes(parts);
    parts.ingest.statistics().countSeriesBy("pushgateway",
                                            [this] { return groups_.seriesCount(); });
    parts.readings.add([this](const Wanted& wanted, Sink& out) {
      if (wanted.everything()) types_.passOver([&] { groups_.collect(out); });
    });
  }

 private:
  static std::map<std::string, std::string> build() {
    return {{"version", std::string(kVersion)},
            {"revision", std::string(kRevision)},
            {"branch", std::string(kBranch)}};
  }
  static std::map<std::string, std::string> shownFlags(const Parts& parts) {
    return {
        {"push.ttl", durationText(std::chrono::duration_cast<std::chrono::nanoseconds>(
                         parts.flags.duration("push.ttl")))},
        {"storage.path", parts.stateDirectory},
        {"web.enable-admin-api", parts.flags.enabled("web.enable-admin-api") ? "true" : "false"}};
  }

  PushGroups::Config groupsConfig(const Parts& parts) {
    PushGroups::Config config;
    config.typeElsewhere = [this, &store = parts.ingest.store()](std::string_view name) {
      const auto pushed = store.typeOf(name);
      return pushed ? pushed : shownAs(types_.find(name));
    };
    const PushedLimits& limits = parts.ingest.store().limits();
    config.maxSeries = limits.maxSeries;
    config.maxSeriesPerFamily = limits.maxSeriesPerFamily;
    config.ttl = parts.flags.duration("push.ttl").count();
    return config;
  }

  void keepIn(const std::string& folder, const Log& log) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
      throw StartError("--storage.path: " + folder + ": " + std::generic_category().message(errno));
    }
    file_ = std::make_unique<GroupFile>(
        folder + "/pushed", groups_,
        [log](const std::string& line) { log(LogLevel::kError, line); });
  }

  void addRoutes(Parts& parts) {
    using enum PushGroups::Replace;
    using namespace http::pushgateway;
    const http::RouteOptions taken{.access = http::Access::kWrite,
                                   .bodyLimit = parts.ingest.bodyLimit(),
                                   .takesAnyEncoding = true,
                                   .refused = parts.ingest.refusals(kProtocol)};
    for (const char* path : {"/metrics/job/", "/metrics/job/*", "/metrics/job@base64/*"}) {
      parts.router.add("PUT", path, pushEndpoint(groups_, parts.ingest, kGroup), taken);
      parts.router.add("POST", path, pushEndpoint(groups_, parts.ingest, kFamilies), taken);
      parts.router.add("DELETE", path, deleteEndpoint(groups_, parts.ingest), taken);
    }
    parts.router.add("GET", "/metrics/pushed",
                     http::metricsEndpoint(
                         [this](const http::ScrapeRequest&, Sink& out) { groups_.collect(out); },
                         std::make_shared<http::ScrapeStatistics>(), {.nativeHistograms = true}));
    parts.router.add("GET", "/api/v1/metrics", groupsEndpoint(groups_));
    parts.router.add("GET", "/api/v1/status", statusEndpoint(build(), shownFlags(parts)));
    if (parts.flags.enabled("web.enable-admin-api")) {
      parts.router.add("PUT", "/api/v1/admin/wipe", wipeEndpoint(groups_), taken);
    }
  }

  KnownTypes types_;  // of all but the groups
  PushGroups groups_;
  std::unique_ptr<GroupFile> file_;  // last: uses the groups
};

const RegisterFeature pushgateway{{
    .name = "pushgateway",
    .flags = {switchFlag("ingest.pushgateway", true,
                         "Take groups of metrics at Pushgateway's paths, /metrics/job/…."),
              durationFlag("push.ttl", "0s", kNotNegative,
                           "Forget a pushed group that was not pushed for this long; 0: never."),
              switchFlag("web.enable-admin-api", false,
                         "Let PUT /api/v1/admin/wipe take all pushed groups out, and POST "
                         "/api/v1/admin/tsdb/snapshot copy the history on disk to snapshots/ in "
                         "--storage.path.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (!parts.flags.enabled("ingest.pushgateway")) return nullptr;
      return std::make_unique<Pushgateway>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
