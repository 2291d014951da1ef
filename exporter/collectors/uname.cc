#include <sys/utsname.h>

#include <cerrno>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

class Uname final : public Collector {
  void collect(Kernel&, Sink& out) override {
    utsname name{};
    if (uname(&name) != 0) throw ReadError(errno, "uname");
    out.gauge("node_uname_info", "What uname(2) tells of the host and its kernel; always 1.")
        .add(1, {{"sysname", name.sysname},
                 {"release", name.release},
                 {"version", name.version},
                 {"machine", name.machine},
                 {"nodename", name.nodename},
                 {"domainname", name.domainname}});
  }
};

const RegisterCollector<Uname> unameCollector{{.name = "uname", .reads = "uname(2)"}};

}  // namespace

}  // namespace orchestrator_exporter
