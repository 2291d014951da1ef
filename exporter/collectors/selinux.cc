#include "exporter/kernel/machine/selinux.h"

#include <optional>
#include <string>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

// SELinux of the machine that this process runs on, whichever trees it is told to read: what it
// asks is how this process is confined.
class Selinux final : public Collector {
  void collect(Kernel&, Sink& out) override {
    own_.reset();
    // SELinux cannot be switched on or off while the machine runs.
    if (!asked_) {
      mountPoint_ = selinuxMountPoint(own_);
      asked_ = true;
    }
    out.gauge("node_selinux_enabled", "1 where SELinux is on.").add(mountPoint_ ? 1 : 0);
    if (!mountPoint_) return;
    out.gauge("node_selinux_config_mode",
              "Mode that the configuration asks for: 1 enforcing, 0 permissive, -1 other.")
        .add(configuredSelinuxMode(own_));
    out.gauge("node_selinux_current_mode",
              "Mode that SELinux is in: 1 enforcing, 0 permissive, -1 unknown.")
        .add(selinuxMode(own_, *mountPoint_));
  }

  Kernel own_{Roots{}};
  bool asked_ = false;
  std::optional<std::string> mountPoint_;
};

const RegisterCollector<Selinux> selinux{
    {.name = "selinux",
     .reads = "selinuxfs, proc/self/mountinfo, proc/self/attr/current, etc/selinux/config"}};

}  // namespace

}  // namespace orchestrator_exporter
