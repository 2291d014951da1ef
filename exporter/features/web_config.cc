#include <memory>

#include "exporter/features/feature.h"
#include "http/front/transport.h"
#include "http/security/web_gate.h"

// TLS, users, fields and a rate limit from the file of --web.config.file.

namespace orchestrator_exporter {

namespace {

class WebConfigFeature final : public Feature {
 public:
  WebConfigFeature(Parts& parts, const std::string& path) {
    const auto gate = std::make_shared<http::WebGate>(
        path, [log = parts.log](std::string_view line) { log(LogLevel::kError, line); });
    parts.server.gate = gate;
    parts.server.transport = [gate](int socket) { return gate->transport(socket); };
  }
};

const RegisterFeature webConfig{{
    .name = "web_config",
    .flags = {textFlag("web.config.file", "",
                       "File with TLS, users, fields of answers and a rate limit, as Prometheus' "
                       "exporters have it; empty: plain HTTP for everybody.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      const std::string& path = parts.flags.text("web.config.file");
      if (path.empty()) return nullptr;
      return std::make_unique<WebConfigFeature>(parts, path);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
