#include "exporter/kernel/machine/cgroup_tree.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kUnitSuffixes[] = {".service", ".scope", ".slice",
                                              ".socket",  ".mount", ".swap"};

// What runtimes write before the container's number. With systemd it is a scope; under a driver of
// their own the number stands alone, in a directory that may tell the runtime.
struct ContainerName {
  std::string_view prefix;
  std::string_view runtime;
};
constexpr ContainerName kContainerNames[] = {
    {"docker-", "docker"},      {"cri-containerd-", "containerd"},
    {"nerdctl-", "containerd"}, {"crio-", "cri-o"},
    {"libpod-", "podman"},
};
constexpr ContainerName kContainerDirectories[] = {
    {"docker", "docker"},
    {"libpod_parent", "podman"},
};

constexpr std::size_t kContainerIdDigits = 64;

bool isContainerId(std::string_view text) {
  return text.size() == kContainerIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool isUnit(std::string_view name) {
  return std::any_of(std::begin(kUnitSuffixes), std::end(kUnitSuffixes), [&](auto suffix) {
    return name.size() > suffix.size() && name.ends_with(suffix);
  });
}

// Takes the element of a path as a container, where it is one.
void takeContainer(std::string_view parent, std::string_view name, CgroupOwner& owner) {
  constexpr std::string_view kScope = ".scope";
  if (isContainerId(name)) {
    owner.containerId = name;
    owner.runtime = {};
    for (const auto& [directory, runtime] : kContainerDirectories) {
      if (parent == directory) owner.runtime = runtime;
    }
    return;
  }
  if (name.ends_with(kScope)) name.remove_suffix(kScope.size());
  for (const auto& [prefix, runtime] : kContainerNames) {
    if (!name.starts_with(prefix) || !isContainerId(name.substr(prefix.size()))) continue;
    owner.containerId = name.substr(prefix.size());
    owner.runtime = runtime;
  }
}

// Appends the cgroups below a directory; `path` is the cgroup's own.
void appendChildren(const std::filesystem::path& directory, const std::string& path,
                    std::int64_t depth, std::vector<std::string>& all) {
  if (depth <= 0) return;
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code gone;
    // In a copy of the tree a link could lead back up.
    if (!entry->is_symlink(gone) && entry->is_directory(gone)) {
      names.push_back(entry->path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string child = (path == "/" ? "" : path) + "/" + name;
    all.push_back(child);
    appendChildren(directory / name, child, depth - 1, all);
  }
}

}  // namespace

std::optional<std::string_view> cgroupRoot(Kernel& kernel) {
  if (kernel.exists("sys/fs/cgroup/cgroup.controllers")) return "sys/fs/cgroup";
  if (kernel.exists("sys/fs/cgroup/unified/cgroup.controllers")) return "sys/fs/cgroup/unified";
  return std::nullopt;
}

std::vector<std::string> listCgroups(const Kernel& kernel, std::string_view root,
                                     std::int64_t depth) {
  std::vector<std::string> all = {"/"};
  appendChildren(kernel.resolve(root), "/", depth, all);
  return all;
}

bool isRefused(const Kernel& kernel, std::string_view path) {
  return access(kernel.resolve(path).c_str(), R_OK) != 0 && errno == EACCES;
}

CgroupOwner cgroupOwner(std::string_view path) {
  CgroupOwner owner;
  std::string_view parent;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view name = path.substr(0, path.find('/'));
    if (isUnit(name)) owner.unit = name;
    takeContainer(parent, name, owner);
    parent = name;
    path.remove_prefix(name.size());
  }
  if (owner.containerId.empty() && !owner.unit.empty()) owner.runtime = "systemd";
  return owner;
}

}  // namespace orchestrator_exporter
