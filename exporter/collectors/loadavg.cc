#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

class Loadavg final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const Row averages = kernel.require("proc/loadavg", Kernel::End::kShortAnswer).firstLine();
    const double one = averages.number(0);
    const double five = averages.number(1);
    const double fifteen = averages.number(2);

    out.gauge("node_load1", "Load average over one minute.").add(one);
    out.gauge("node_load5", "Load average over five minutes.").add(five);
    out.gauge("node_load15", "Load average over fifteen minutes.").add(fifteen);
  }
};

const RegisterCollector<Loadavg> loadavg{{.name = "loadavg", .reads = "proc/loadavg"}};

}  // namespace

}  // namespace orchestrator_exporter
