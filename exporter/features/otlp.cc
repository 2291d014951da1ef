#include <chrono>
#include <memory>
#include <utility>

#include "exporter/features/feature.h"
#include "http/ingest/ingest_door.h"
#include "http/ingest/otlp/otlp_endpoints.h"
#include "metrics/agents/agent_telemetry.h"
#include "metrics/pushed/known_types.h"

// Metrics and logs by the OpenTelemetry protocol: POST /v1/metrics, /v1/logs and /v1/traces, and
// the same by gRPC; what agents send, in the families of orchestrators too.

namespace orchestrator_exporter {

namespace {

AgentTelemetry::Config agentConfig(const Flags& flags) {
  AgentTelemetry::Config config;
  const std::string& source = flags.text("otlp.tokens-from");
  if (source != "metrics" && source != "logs") {
    throw StartError("--otlp.tokens-from: expected metrics or logs, got '" + source + "'");
  }
  config.tokens = source == "logs" ? TokenSource::kLogs : TokenSource::kMetrics;
  config.sessionIdle = static_cast<std::uint32_t>(flags.duration("otlp.session-idle").count());
  return config;
}

class Otlp final : public Feature {
 public:
  explicit Otlp(Parts& parts)
      : types_([&readings = parts.readings](Sink& out) {
          Wanted everything;
          everything.budget = std::chrono::seconds(1);
          readings.read(everything, out);
        }) {
    const Flags& flags = parts.flags;
    if (flags.enabled("otlp.agents")) {
      agents_ = std::make_unique<AgentTelemetry>(parts.registry, parts.recorder.families(),
                                                 agentConfig(flags));
    }
    rules_.labels.dropped = http::otlp::DroppedAttributes(flags.list("otlp.keep-attribute"),
                                                          flags.list("otlp.drop-attribute"));
    rules_.labels.promoted = flags.list("otlp.promote");
    rules_.labels.hostLabel = flags.enabled("otlp.host-label");
    rules_.raw = flags.enabled("otlp.raw");
    rules_.agents = agents_.get();
    rules_.conflicts = [this](std::string_view name, MetricType type) {
      const auto known = types_.find(name);
      return known && *known != type;
    };
    using namespace http::otlp;
    add(parts, "/v1/metrics", kMetricsProtocol, metricsEndpoint(parts.ingest, rules_));
    add(parts, "/v1/logs", kLogsProtocol, logsEndpoint(parts.ingest, rules_));
    add(parts, "/v1/traces", kTracesProtocol, tracesEndpoint(parts.ingest));
    addCall(parts, kMetricsCall, kMetricsProtocol, metricsCall(parts.ingest, rules_));
    addCall(parts, kLogsCall, kLogsProtocol, logsCall(parts.ingest, rules_));
    addCall(parts, kTracesCall, kTracesProtocol, tracesCall(parts.ingest));
  }

 private:
  static void add(Parts& parts, const std::string& path, std::string_view protocol,
                  http::Endpoint endpoint) {
    parts.router.add("POST", path, std::move(endpoint),
                     {.access = http::Access::kWrite,
                      .bodyLimit = parts.ingest.bodyLimit(),
                      .takesGzip = true,
                      .refused = parts.ingest.refusals(protocol)});
  }

  static void addCall(Parts& parts, std::string_view path, std::string_view protocol,
                      http::Endpoint endpoint) {
    parts.router.add("POST", std::string(path), std::move(endpoint),
                     {.access = http::Access::kWrite,
                      .bodyLimit = parts.ingest.bodyLimit(),
                      .takesCalls = true,
                      .refused = parts.ingest.refusals(protocol)});
  }

  KnownTypes types_;  // asked when a name comes that was never pushed before
  std::unique_ptr<AgentTelemetry> agents_;
  http::otlp::MetricsRules rules_;
};

const RegisterFeature otlp{{
    .name = "otlp",
    .flags = {switchFlag("ingest.otlp", true,
                         "Take metrics and logs by the OpenTelemetry protocol at /v1/metrics and "
                         "/v1/logs."),
              switchFlag("otlp.raw", true, "Show metrics that came by OTLP under their own names."),
              switchFlag("otlp.agents", true,
                         "Show what coding agents send in the families of orchestrators."),
              listFlag("otlp.keep-attribute",
                       "An attribute that becomes a label though it is an id or a number."),
              listFlag("otlp.drop-attribute",
                       "A further attribute that becomes no label, or NAME.*."),
              listFlag("otlp.promote", "An attribute of resources that becomes a label."),
              switchFlag("otlp.host-label", false, "Add the sender's host as label host."),
              textFlag(
                  "otlp.tokens-from", "metrics",
                  "Where Claude Code's and opencode's tokens and cost come from: metrics, or logs "
                  "if they export logs alone."),
              durationFlag("otlp.session-idle", "10m", kWaitingTime,
                           "A session of an agent is over when nothing came of it for this long.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if (!parts.flags.enabled("ingest.otlp")) return nullptr;
      return std::make_unique<Otlp>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
