#include "exporter/kernel/numbered_entries.h"

namespace orchestrator_exporter {

std::vector<std::string_view> numberedEntries(Kernel& kernel, std::string_view directory,
                                              std::string_view prefix) {
  auto names = kernel.list(directory);
  if (!names) return {};
  std::erase_if(*names, [&](std::string_view name) {
    if (!name.starts_with(prefix) || name.size() == prefix.size()) return true;
    const char next = name[prefix.size()];
    return next < '0' || next > '9';
  });
  return *std::move(names);
}

}  // namespace orchestrator_exporter
