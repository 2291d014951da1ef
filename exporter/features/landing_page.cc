#include "http/pages/landing_page.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "exporter/build_info.h"
#include "exporter/features/feature.h"
#include "metrics/base/process/host_name.h"
#include "metrics/base/utf8.h"

// The plain page: what this is, and how its collectors fare. It is at / unless the live page is.

namespace orchestrator_exporter {

namespace {

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

const char* wordOf(http::CollectorHealth health) {
  switch (health) {
    case http::CollectorHealth::kGood:
      return "good";
    case http::CollectorHealth::kNoData:
      return "no_data";
    case http::CollectorHealth::kFailed:
      return "failed";
    case http::CollectorHealth::kNotRunYet:
      break;
  }
  return "not_run";
}

class LandingPage final : public Feature {
 public:
  explicit LandingPage(Parts& parts)
      : recordsPath_(parts.recordsPath), host_(parts.host), links_(parts.links) {
    const bool isFirst = parts.router.allowed("/").empty();
    parts.router.add("GET", isFirst ? "/" : "/collectors",
                     http::landingPageEndpoint([this] { return describe(); }));
    parts.router.add("GET", "/api/v1/collectors", [this](const http::Request&) { return list(); });
  }

 private:
  // The same for programs.
  http::Response list() const {
    nlohmann::json collectors = nlohmann::json::array();
    for (const CollectorStatus& status : host_.statuses()) {
      nlohmann::json& row = collectors.emplace_back();
      row = {{"name", status.name}, {"state", wordOf(healthOf(status))}};
      if (status.result) row["seconds"] = status.seconds;
      if (!status.error.empty()) row["error"] = toUtf8(status.error);
    }
    http::Response response;
    response.contentType = "application/json";
    response.headers = {{"Cache-Control", "no-store"}, {"Vary", "Accept-Encoding"}};
    response.body = nlohmann::json{{"collectors", collectors}}.dump();
    response.compressible = true;
    return response;
  }

  http::LandingPage describe() const {
    http::LandingPage page;
    page.name = "orchestrator_exporter";
    page.description = "Prometheus exporter for this host and the AI-agent orchestrators on it.";
    page.version = kVersion;
    page.revision = kRevision == "unknown" ? "" : kRevision;
    page.uptime = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::steady_clock::now() - started_);
    page.recordsPath = recordsPath_;
    page.hostName = hostName();
    page.links = links_;
    for (const CollectorStatus& status : host_.statuses()) {
      auto& row = page.collectors.emplace_back();
      row.name = status.name;
      row.note = status.error;
      row.health = healthOf(status);
      if (status.result) row.duration = std::chrono::duration<double>(status.seconds);
    }
    return page;
  }

  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  const std::string recordsPath_;
  const Host& host_;
  const std::vector<http::LandingPage::Link>& links_;
};

const RegisterFeature landingPage{{
    .name = "landing_page",
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      // A telemetry path of / takes its place, as with node_exporter.
      if (parts.telemetryPath == "/") return nullptr;
      return std::make_unique<LandingPage>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
