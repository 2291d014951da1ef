#include "exporter/kernel/roots.h"

namespace orchestrator_exporter {

std::string Roots::resolve(std::string_view path) const {
  const auto below = [&](const std::string& root, std::string_view prefix) {
    return root + std::string(path.substr(prefix.size()));
  };
  if (path.starts_with('/')) return std::string(path);
  if (path.starts_with("proc/")) return below(procfs, "proc");
  if (path.starts_with("sys/")) return below(sysfs, "sys");
  if (path.starts_with("run/udev/data/")) return below(udevData, "run/udev/data");
  return (rootfs == "/" ? "" : rootfs) + "/" + std::string(path);
}

}  // namespace orchestrator_exporter
