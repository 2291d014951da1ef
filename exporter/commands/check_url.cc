#include "exporter/commands/check_url.h"

#include <chrono>
#include <cstdio>

#include "exporter/commands/command.h"
#include "exporter/configuration/peer.h"
#include "exporter/probes/modules/module_file.h"
#include "exporter/probes/probe.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::commands {

int checkUrl(const std::string& url) {
  constexpr std::chrono::seconds kPatience(5);
  const probes::ProbeRequest request{
      .target = url,
      .deadline = std::chrono::steady_clock::now() + kPatience,
  };
  const probes::Modules usual = probes::readModuleFile("");
  Snapshot found;
  const probes::ProbeResult result = probes::probe(usual.at("http_2xx"), request,
                                                  {.userAgent = configuration::userAgent()}, found);
  if (result.isSuccess) return kDone;
  std::fprintf(stderr, "orchestrator_exporter: %s: %s\n", url.c_str(), result.reason.c_str());
  return kCouldNot;
}

}  // namespace orchestrator_exporter::commands
