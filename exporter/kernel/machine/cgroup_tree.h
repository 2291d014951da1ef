#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// Where cgroup v2 is mounted (the kernel's Documentation/admin-guide/cgroup-v2.rst), as collectors
// write paths: sys/fs/cgroup, or sys/fs/cgroup/unified where systemd runs v1 beside it. nullopt
// where neither is there.
std::optional<std::string_view> cgroupRoot(Kernel& kernel);

// The cgroups from the root, "/", down to `depth` levels below it: "/system.slice",
// "/system.slice/cron.service". Parents stand before their children, siblings in byte order. Those
// that go, or cannot be listed, while this runs have no children.
std::vector<std::string> listCgroups(const Kernel& kernel, std::string_view root,
                                     std::int64_t depth);

// True if the file is there and this process may not read it. Users may close what they own.
bool isRefused(const Kernel& kernel, std::string_view path);

// Whose cgroup a path is, as far as the path tells. Empty if it does not.
struct CgroupOwner {
  std::string_view unit;         // systemd's, with its suffix
  std::string_view containerId;  // 64 hexadecimal digits
  std::string_view runtime;      // docker, containerd, cri-o, podman or systemd
};
// The innermost unit and container of the path; the views point into it. cgroups inside of a
// container belong to it.
CgroupOwner cgroupOwner(std::string_view path);

}  // namespace orchestrator_exporter
