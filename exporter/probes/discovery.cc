#include "exporter/probes/discovery.h"

#include <array>
#include <utility>

#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::probes {

std::string discoveredProbes(std::span<const RegularProbe> probes, const ProbeServer& server) {
  nlohmann::json groups = nlohmann::json::array();
  for (const RegularProbe& probe : probes) {
    const std::array<std::pair<std::string, std::string>, 5> labels = {
        {{"__metrics_path__", "/probe"},
         {"__scheme__", server.scheme},
         {"__param_target", probe.target},
         {"__param_module", probe.moduleName},
         {"probe", probe.name}}};
    groups.push_back({{"targets", nlohmann::json::array({toUtf8(server.address)})},
                      {"labels", jsonObject(labels)}});
  }
  return jsonText(groups);
}

}  // namespace orchestrator_exporter::probes
