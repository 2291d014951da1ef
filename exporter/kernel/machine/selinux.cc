#include "exporter/kernel/machine/selinux.h"

#include <algorithm>
#include <string_view>

#include "exporter/kernel/octal_escapes.h"

namespace orchestrator_exporter {

namespace {

constexpr int kUnknown = -1;

// One among several that commas separate.
bool hasOption(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const std::size_t comma = std::min(options.find(','), options.size());
    if (options.substr(0, comma) == wanted) return true;
    options.remove_prefix(std::min(comma + 1, options.size()));
  }
  return false;
}

// proc_pid_mountinfo(5): the point and its options are words five and six, the type stands behind a
// dash.
std::optional<std::string> findMount(const KernelFile& mountinfo) {
  for (const Row& row : mountinfo.rows()) {
    for (std::size_t i = 6; i + 1 < row.size(); ++i) {
      if (row.word(i) != "-") continue;
      if (row.word(i + 1) == "selinuxfs" && !hasOption(row.word(5), "ro")) {
        return withoutOctalEscapes(row.word(4));
      }
      break;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> selinuxMountPoint(Kernel& kernel) {
  const auto mountinfo = kernel.readIfPossible("proc/self/mountinfo");
  if (!mountinfo) return std::nullopt;
  const auto label = kernel.readIfPossible("proc/self/attr/current");
  // The kernel ends a label with a NUL.
  if (label &&
      label->text.substr(0, label->text.find_first_of(std::string_view("\0\n", 2))) == "kernel") {
    return std::nullopt;
  }
  return findMount(*mountinfo);
}

int selinuxMode(Kernel& kernel, const std::string& mountPoint) {
  const auto file = kernel.readIfPossible(mountPoint + "/enforce");
  const auto mode = file ? parseInteger(trim(file->text)) : std::nullopt;
  return mode ? static_cast<int>(*mode) : kUnknown;
}

int configuredSelinuxMode(Kernel& kernel) {
  constexpr std::string_view kKey = "SELINUX=";
  const auto file = kernel.readIfPossible("etc/selinux/config");
  if (!file) return kUnknown;
  for (const Row& row : file->rows()) {
    std::string_view line = trim(row.text());
    if (!line.starts_with(kKey)) continue;
    line = trim(line.substr(kKey.size()));
    if (line.size() > 1 && line.front() == '"' && line.back() == '"') {
      line = line.substr(1, line.size() - 2);
    }
    if (line == "enforcing") return 1;
    if (line == "permissive") return 0;
    return kUnknown;
  }
  return kUnknown;
}

}  // namespace orchestrator_exporter
