#pragma once

#include <span>
#include <string>

#include "exporter/probes/regular_probe.h"

namespace orchestrator_exporter::probes {

// Who is to scrape the probes.
struct ProbeServer {
  std::string address;  // host:port
  std::string scheme;   // http or https
};

// A document of Prometheus' HTTP service discovery (prometheus.io/docs/prometheus/latest/http_sd):
// for each probe a group with this server as its target, and what /probe is to be asked as labels
// __param_target and __param_module. All values are texts; [] without probes.
std::string discoveredProbes(std::span<const RegularProbe> probes, const ProbeServer& server);

}  // namespace orchestrator_exporter::probes
