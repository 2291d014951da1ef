#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exporter/configuration/configuration.h"
#include "exporter/features/feature.h"
#include "http/ingest/announced_targets.h"
#include "metrics/exposition/json_text.h"

// GET /api/v1/sd: what a Prometheus is to scrape, as its http_sd_configs asks for it: this
// exporter, what the block `sd` of the configuration file names, and what announced itself by POST.

namespace orchestrator_exporter {

namespace {

using configuration::Configuration;
using configuration::Value;

using Labels = std::map<std::string, std::string>;

nlohmann::json groupOf(const std::vector<std::string>& targets, const Labels& labels) {
  nlohmann::json addresses = nlohmann::json::array();
  for (const std::string& target : targets) addresses.push_back(toUtf8(target));
  return {{"targets", std::move(addresses)}, {"labels", jsonObject(labels)}};
}

// Those of a job alone, unless it is empty.
std::string groups(const Configuration& configuration, const Labels& own,
                   const std::string& address, const std::vector<http::AnnouncedTarget>& announced,
                   std::string_view job) {
  nlohmann::json all = nlohmann::json::array();
  const auto add = [&](const std::vector<std::string>& targets, const Labels& labels) {
    const auto its = labels.find("job");
    const bool isWanted = job.empty() || (its != labels.end() && its->second == job);
    if (isWanted) all.push_back(groupOf(targets, labels));
  };
  add({address}, own);
  for (const Value& entry : configuration["sd"].elements()) {
    Labels labels;
    for (const auto& [name, value] : entry["labels"].pairs()) labels[name] = value;
    labels.try_emplace("__scheme__", "http");
    labels.try_emplace("__metrics_path__", "/metrics");
    add(entry["targets"].texts(), labels);
  }
  for (const http::AnnouncedTarget& target : announced) add({target.address}, target.labels);
  return jsonText(all);
}

class ServiceDiscovery final : public Feature {
 public:
  explicit ServiceDiscovery(Parts& parts) {
    const Labels own = {{"__scheme__", parts.server.transport ? "https" : "http"},
                        {"__metrics_path__", parts.telemetryPath},
                        {"job", std::string(parts.ownLabels.get("job"))}};
    parts.router.add("GET", "/api/v1/sd",
                     [this, own, address = std::string(parts.ownLabels.get("instance")),
                      &file = parts.configuration](const http::Request& request) {
                       const std::vector<std::string_view> jobs = request.values("job");
                       http::Response response;
                       response.contentType = "application/json";
                       response.body = groups(*file.current(), own, address,
                                              announced_.at(std::chrono::steady_clock::now()),
                                              jobs.empty() ? "" : jobs.front());
                       return response;
                     });
    if (!parts.flags.enabled("ingest.targets")) return;
    parts.router.add("POST", "/api/v1/sd", http::announcementEndpoint(announced_, parts.ingest),
                     {.access = http::Access::kWrite,
                      .takesGzip = true,
                      .refused = parts.ingest.refusals(http::kTargetsProtocol)});
  }

 private:
  http::AnnouncedTargets announced_;
};

configuration::Key sdBlock() {
  using namespace configuration;
  return listKey("sd",
                 mapKey("",
                        {required(listKey("targets", textKey("", "", ""), "host:port of each.")),
                         namedKey("labels", textKey("", "", ""),
                                  "Their labels, `job`, `__scheme__` (else http) and "
                                  "`__metrics_path__` (else /metrics) among them.")},
                        ""),
                 "Further targets that `/api/v1/sd` tells a Prometheus of, as its static_configs "
                 "has them.");
}

const RegisterFeature registered{{
    .name = "service_discovery",
    .flags = {switchFlag("ingest.targets", true,
                         "Take targets that announce themselves at POST /api/v1/sd.")},
    .blocks = [] { return std::vector{sdBlock()}; },
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      return std::make_unique<ServiceDiscovery>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
