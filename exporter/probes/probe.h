#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "exporter/probes/ip_address.h"
#include "exporter/probes/module.h"
#include "exporter/probes/resolver.h"
#include "exporter/probes/waiting.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::probes {

// What all probes of a process share.
struct Surroundings {
  DeniedNetworks denied = DeniedNetworks();
  std::function<ResolverSettings()> resolver = hostResolverSettings;
  std::string userAgent = {};
};

// One look at a target.
struct ProbeRequest {
  std::string target;         // as the prober takes it: URL, host:port, host
  std::string hostname = {};  // in the place of the target's, for Host and TLS; empty: the target's
  Waiting::Time deadline;
  std::stop_token stop = {};  // nobody wants the result any more
  // Told what happens, a line each; may be empty.
  std::function<void(const std::string&)> trace = {};
};

struct ProbeResult {
  bool isSuccess = false;
  std::uint64_t bytes = 0;  // that the target answered with, unpacked
  std::string reason = {};  // why it is no success
};

// Looks at a target and gives what was found, by the families of blackbox_exporter, probe_success
// and probe_duration_seconds among them. Comes back by the deadline, whatever the target does.
// Thread-safe.
ProbeResult probe(const Module& module, const ProbeRequest& request,
                  const Surroundings& surroundings, Sink& out);

}  // namespace orchestrator_exporter::probes
