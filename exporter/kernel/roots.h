#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// Where the trees of the monitored host are mounted.
struct Roots {
  std::string procfs = "/proc";
  std::string sysfs = "/sys";
  std::string rootfs = "/";
  std::string udevData = "/run/udev/data";

  // The path in the file system of this process, for one that is written as in the kernel's
  // documentation without the leading slash: proc/… lies under procfs, sys/… under sysfs,
  // run/udev/data/… under udevData, everything else under rootfs. A path with a leading slash stays
  // as it is.
  std::string resolve(std::string_view path) const;
};

}  // namespace orchestrator_exporter
