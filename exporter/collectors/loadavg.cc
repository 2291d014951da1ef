#include "exporter/system/collector.h"

namespace exporter {

namespace {

class Loadavg final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const Row averages = kernel.require("proc/loadavg").firstLine();

    out.gauge("node_load1", "Load average over one minute.").add(averages.number(0));
    out.gauge("node_load5", "Load average over five minutes.").add(averages.number(1));
    out.gauge("node_load15", "Load average over fifteen minutes.").add(averages.number(2));
  }
};

const RegisterCollector<Loadavg> loadavg{{.name = "loadavg", .reads = "proc/loadavg"}};

}  // namespace

}  // namespace exporter
