#include "exporter/probes/probe.h"

#include <utility>

#include "exporter/probes/context.h"

namespace orchestrator_exporter::probes {

namespace {

bool run(const Module& module, ProbeContext& context) {
  switch (module.prober) {
    case Prober::kHttp:
      return probeHttp(module.http, context);
    case Prober::kTcp:
      return probeTcp(module.tcp, context);
    case Prober::kIcmp:
      return probeIcmp(module.icmp, context);
    case Prober::kDns:
      return probeDns(module.dns, context);
  }
  return false;
}

}  // namespace

ProbeResult probe(const Module& module, const ProbeRequest& request,
                  const Surroundings& surroundings, Sink& out) {
  const Stopwatch watch;
  ProbeContext context{request, surroundings, out, Waiting(request.deadline, request.stop)};
  bool isSuccess = false;
  std::string reason;
  try {
    isSuccess = run(module, context);
  } catch (const std::exception& error) {
    reason = error.what();
    context.trace(reason);
  }
  context.trace(isSuccess ? "success" : "failure");
  out.gauge("probe_success", "1 if the target is as its module says, else 0.").add(isSuccess);
  out.gauge("probe_duration_seconds", "How long the probe took.").add(watch.seconds());
  return {isSuccess, context.bytes, std::move(reason)};
}

}  // namespace orchestrator_exporter::probes
